// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/mutex.h"
#include "http_client/name_lookup.h"
#include "publish/sinks/frame/target.h"
#include "publish/sinks/targets/mysql_connection.h"
#include "publish/sinks/targets/mysql_rows.h"

namespace wiregauge::sinks {

struct MysqlTable {
  std::string database, table;
  std::vector<MysqlColumn> columns;
  bool manage_schema = true;  // makes the database, the table and its columns where they are not
};

// Writes records into a table, one transaction a parcel. A record that is there already stays as it
// is, by the table's unique key: whatever happens to a connection, it is one row.
class MysqlTarget final : public Target {
 public:
  MysqlTarget(MysqlOptions options, MysqlTable table, const Clock& clock);

  Delivery Deliver(const Parcel& parcel, const Interrupt& stop) override;
  std::string Tend(const Interrupt& stop) override;
  void Finish() override { connection_.Close(); }
  TargetState state() const override WIREGAUGE_EXCLUDES(mutex_);

 private:
  // Of one attempt. `at_once`: what was in its way may be gone, so try again.
  struct Outcome {
    Delivery delivery;
    bool at_once = false;
  };

  Outcome Attempt(const Parcel& parcel, const Interrupt& stop);
  Outcome After(const MysqlAnswer& failure, bool was_connected, const Interrupt& stop);
  MysqlAnswer Prepare(const Interrupt& stop);
  MysqlAnswer MakeSchema(const Interrupt& stop);
  MysqlAnswer MakeTable(const Interrupt& stop);
  MysqlAnswer CheckKey(const Interrupt& stop);
  MysqlAnswer Connect(const Interrupt& stop);
  void MoveWithTheName();
  MysqlAnswer Insert(const Parcel& parcel, Delivery& delivery, const Interrupt& stop);
  MysqlAnswer InsertValues(const Parcel& parcel, Delivery& delivery, uint64_t& already,
                           const Interrupt& stop);
  MysqlAnswer InsertText(const Parcel& parcel, Delivery& delivery, uint64_t& already,
                         const Interrupt& stop);
  std::string Explain(const MysqlAnswer& failure) const;

  const MysqlOptions options_;
  const MysqlTable table_;
  const std::string table_name_, head_;  // "`db`.`table`", "INSERT INTO ... VALUES "
  const Clock& clock_;
  MysqlRows rows_;
  MysqlValues values_;
  MysqlConnection connection_;
  http_client::NameWatch name_;
  bool schema_made_ = false, warned_of_plain_text_ = false;
  mutable Mutex mutex_;
  TargetState state_ WIREGAUGE_GUARDED_BY(mutex_);
};

}  // namespace wiregauge::sinks
