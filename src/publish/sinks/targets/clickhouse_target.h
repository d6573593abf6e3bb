// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "publish/sinks/targets/clickhouse_answer.h"
#include "publish/sinks/targets/clickhouse_schema.h"
#include "publish/sinks/targets/http_sender.h"
#include "publish/sinks/targets/refusals.h"

namespace wiregauge::sinks {

// Inserts parcels as they stand, JSON objects a line, over ClickHouse's HTTP interface. A parcel is
// in the table as a whole or not at all, but for one that spans days. What is sent twice is merged
// into one row by the table's engine; until then FINAL makes one of it.
//
// Each row that is refused alone is rejected; the rule of Refusals holds for all.
//
// With manage_schema the table and its views are made before the first insert, and again when they
// are gone or the connection was lost; columns that are missing are added. Where that is refused,
// records are inserted all the same, with a warning; a server that is busy is waited for.
class ClickHouseTarget final : public Target {
 public:
  ClickHouseTarget(const config::Sink& settings, std::unique_ptr<HttpSender> sender,
                   const Clock& clock);

  Delivery Deliver(const Parcel& parcel, const Interrupt& stop) override;
  std::string Tend(const Interrupt&) override { return {}; }
  TargetState state() const override { return sender_->state(); }

 private:
  // Of one statement: what became of it, or why no answer came.
  struct Reply {
    ClickHouseAnswer answer{};
    std::string body{};
    std::string no_answer{};
    Duration retry_after{};

    bool is_done() const { return no_answer.empty() && problem().empty(); }
    const std::string& problem() const { return no_answer.empty() ? answer.problem : no_answer; }
  };

  Reply Ask(std::string_view statement, const Interrupt& stop);
  Reply Insert(const Parcel& parcel, const Interrupt& stop);
  Reply ReplyOf(Result<http_client::Answer> answer);
  std::string MakeSchema(const Interrupt& stop);
  Reply MakeTable(const Interrupt& stop);
  Reply AddMissingColumns(const Interrupt& stop);

  const config::Sink settings_;  // database, table, fields, manage_schema
  const std::string insert_path_;
  const std::unique_ptr<HttpSender> sender_;
  const Clock& clock_;
  Refusals refusals_;
  SteadyTime schema_due_{};
};

}  // namespace wiregauge::sinks
