// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/mysql_target.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "http_client/stream.h"
#include "publish/sinks/targets/mysql_errors.h"

namespace wiregauge::sinks {
namespace {

// A server may copy the whole table to add a column.
constexpr Duration kSchemaTimeout = std::chrono::minutes(10);
// Of a packet: its command's byte, and what the server counts besides.
constexpr uint64_t kPacketOverhead = 64;
// More than this in a statement does not make it faster.
constexpr uint64_t kMostStatementBytes = uint64_t{4} << 20;

constexpr std::string_view kTail = " ON DUPLICATE KEY UPDATE `RECORD_ID`=`RECORD_ID`";
constexpr std::string_view kDamaged = "cannot be read: it is damaged";
constexpr std::string_view kTooLong = "longer than the server's max_allowed_packet";
// A value's length and type, at the most.
constexpr uint64_t kMostValueOverhead = 10;
constexpr unsigned kNoUniqueKey = 1;
constexpr unsigned kUnknownHost = 2005;  // CR_UNKNOWN_HOST

std::string AddressOf(const MysqlOptions& options, const MysqlTable& table) {
  const std::string where = "/" + table.database + "." + table.table;
  if (options.is_socket()) return "mysql:" + options.host + where;
  return "mysql://" + http_client::HostAndPort(options.host, options.port) + where;
}

bool IsLoopback(const std::string& ip) { return ip.starts_with("127.") || ip == "::1"; }

}  // namespace

MysqlTarget::MysqlTarget(MysqlOptions options, MysqlTable table, const Clock& clock)
    : options_(std::move(options)),
      table_(std::move(table)),
      table_name_(MysqlName(table_.database) + "." + MysqlName(table_.table)),
      head_("INSERT INTO " + table_name_ + " " + MysqlRows(table_.columns).ColumnList() +
            " VALUES "),
      clock_(clock),
      rows_(table_.columns),
      connection_(options_),
      name_(options_.host, options_.port, clock) {
  state_.address = AddressOf(options_, table_);
}

Delivery MysqlTarget::Deliver(const Parcel& parcel, const Interrupt& stop) {
  MoveWithTheName();
  if (connection_.is_closed_by_peer()) connection_.Close();
  Outcome outcome = Attempt(parcel, stop);
  if (outcome.at_once && !stop.raised()) outcome = Attempt(parcel, stop);
  return std::move(outcome.delivery);
}

std::string MysqlTarget::Tend(const Interrupt&) {
  if (connection_.is_closed_by_peer()) connection_.Close();
  return {};
}

TargetState MysqlTarget::state() const {
  MutexLock lock(mutex_);
  return state_;
}

MysqlTarget::Outcome MysqlTarget::Attempt(const Parcel& parcel, const Interrupt& stop) {
  const bool was_connected = connection_.is_open();
  Delivery delivery;
  MysqlAnswer answer = Prepare(stop);
  if (answer.ok()) {
    NoteHeard();
    answer = Insert(parcel, delivery, stop);
  }
  if (answer.ok()) return {std::move(delivery)};
  return After(answer, was_connected, stop);
}

MysqlTarget::Outcome MysqlTarget::After(const MysqlAnswer& failure, bool was_connected,
                                        const Interrupt& stop) {
  const MysqlFault fault = MysqlFaultOf(failure.code, failure.sqlstate);
  const bool at_once = connection_.is_lost() && was_connected && !failure.given_up;
  Outcome outcome{Delivery::Retry(Explain(failure)), at_once};
  if (fault == MysqlFault::kRecords) outcome = {Delivery::Split(Explain(failure))};
  if (fault == MysqlFault::kSchema || fault == MysqlFault::kNoDatabase) {
    outcome.at_once = schema_made_ && table_.manage_schema;
    schema_made_ = false;
  }
  // A server that has become a replica, or is about to end, is left: its name may be another's by
  // now.
  if (connection_.is_open() && fault != MysqlFault::kLater) {
    connection_.Run("ROLLBACK", options_.timeout, stop);
  }
  if (connection_.is_lost() || fault == MysqlFault::kLater) connection_.Close();
  return outcome;
}

std::string MysqlTarget::Explain(const MysqlAnswer& failure) const {
  std::string text = state().address + ": " + failure.problem;
  if (failure.code >= 1000 && failure.code != 2026) {
    text += " (" + std::to_string(failure.code) + ")";
  }
  const MysqlFault fault = MysqlFaultOf(failure.code, failure.sqlstate);
  const bool is_schema = fault == MysqlFault::kSchema || fault == MysqlFault::kNoDatabase;
  if (is_schema && !table_.manage_schema) {
    text += "; manage_schema is off: \"wiregauge sinks schema mysql\" prints what is to be made";
  }
  return text;
}

MysqlAnswer MysqlTarget::Prepare(const Interrupt& stop) {
  if (!connection_.is_open()) {
    if (MysqlAnswer answer = Connect(stop); !answer.ok()) return answer;
    if (!connection_.is_encrypted() && !std::exchange(warned_of_plain_text_, true)) {
      const std::string ip = connection_.peer_ip();
      if (!ip.empty() && !IsLoopback(ip)) {
        log::Warning("sinks", "the server offers no TLS: records go there readable for all",
                     {{"address", state().address}});
      }
    }
    MutexLock lock(mutex_);
    ++state_.connections;
  }
  if (!table_.manage_schema || schema_made_) return {};
  MysqlAnswer answer = MakeSchema(stop);
  schema_made_ = answer.ok();
  return answer;
}

// The library looks names up, too, but waits for them whatever happens.
MysqlAnswer MysqlTarget::Connect(const Interrupt& stop) {
  if (!options_.is_socket()) {
    const auto found = name_.LookUp(options_.timeout, stop.fd());
    if (!found.ok()) return {.code = kUnknownHost, .problem = found.error().message};
  }
  return connection_.Open(stop);
}

MysqlAnswer MysqlTarget::MakeSchema(const Interrupt& stop) {
  const std::string show = "SHOW COLUMNS FROM " + table_name_;
  MysqlAnswer there = connection_.Run(show, options_.timeout, stop);
  if (!there.ok()) {
    const MysqlFault fault = MysqlFaultOf(there.code, there.sqlstate);
    if (fault != MysqlFault::kSchema && fault != MysqlFault::kNoDatabase) return there;
    if (MysqlAnswer made = MakeTable(stop); !made.ok()) return made;
    there = connection_.Run(show, options_.timeout, stop);
    if (!there.ok()) return there;
  }
  if (MysqlAnswer key = CheckKey(stop); !key.ok()) return key;
  std::vector<std::string> present;
  for (const auto& row : there.rows) present.push_back(row.at(0));
  const std::string alter = MysqlAddColumns(table_name_, table_.columns, present);
  if (alter.empty()) return {};
  MysqlAnswer altered = connection_.Run(alter, kSchemaTimeout, stop);
  if (altered.ok()) {
    log::Info("sinks", "added columns to the table", {{"address", state().address}});
  }
  return altered;
}

MysqlAnswer MysqlTarget::MakeTable(const Interrupt& stop) {
  const std::string create = MysqlCreateTable(table_name_, table_.columns);
  MysqlAnswer made = connection_.Run(create, kSchemaTimeout, stop);
  if (MysqlFaultOf(made.code, made.sqlstate) == MysqlFault::kNoDatabase) {
    made = connection_.Run(
        "CREATE DATABASE IF NOT EXISTS " + MysqlName(table_.database) + " CHARACTER SET utf8mb4",
        kSchemaTimeout, stop);
    if (made.ok()) made = connection_.Run(create, kSchemaTimeout, stop);
  }
  if (made.ok()) log::Info("sinks", "made the table", {{"address", state().address}});
  return made;
}

// Without a unique key that holds the record's id, a record that is sent twice is two rows. What
// else is in the key is the record's, too.
MysqlAnswer MysqlTarget::CheckKey(const Interrupt& stop) {
  MysqlAnswer indexes = connection_.Run("SHOW INDEX FROM " + table_name_, options_.timeout, stop);
  if (!indexes.ok()) return indexes;
  static constexpr size_t kNonUnique = 1, kColumnName = 4;
  const bool has_key = std::ranges::any_of(indexes.rows, [](const auto& row) {
    return row.size() > kColumnName && row[kNonUnique] == "0" &&
           ToLower(row[kColumnName]) == ToLower(kMysqlIdColumn);
  });
  if (has_key) return {};
  return {.code = kNoUniqueKey,
          .problem =
              "the table has no unique key with RECORD_ID, it is not of this program: "
              "choose another table, or make the key"};
}

// A name that has moved takes the connection along.
void MysqlTarget::MoveWithTheName() {
  if (!connection_.is_open() || options_.is_socket()) return;
  const std::string ip = connection_.peer_ip();
  if (!ip.empty() && name_.HasLeft(ip)) connection_.Close();
}

MysqlAnswer MysqlTarget::Insert(const Parcel& parcel, Delivery& delivery, const Interrupt& stop) {
  uint64_t already = 0;
  MysqlAnswer answer = connection_.takes_values() && options_.beside_sql
                           ? InsertValues(parcel, delivery, already, stop)
                           : InsertText(parcel, delivery, already, stop);
  if (answer.ok()) answer = connection_.Run("COMMIT", options_.timeout, stop);
  if (!answer.ok()) return answer;
  MutexLock lock(mutex_);
  state_.resent_records += already;
  return answer;
}

MysqlAnswer MysqlTarget::InsertValues(const Parcel& parcel, Delivery& delivery, uint64_t& already,
                                      const Interrupt& stop) {
  const uint64_t most = connection_.most_packet_bytes() - kPacketOverhead;
  const std::string sql = head_ + rows_.Placeholders() + std::string(kTail);
  const auto write = [&] {
    if (values_.rows == 0) return MysqlAnswer{};
    MysqlAnswer answer = connection_.RunWith(sql, values_, options_.timeout, stop);
    if (answer.ok()) {
      NoteHeard();
      already += values_.rows - std::min(values_.rows, answer.affected_rows);
    }
    values_.Clear();
    return answer;
  };
  values_.Clear();
  for (uint32_t record = 0; record < parcel.size(); ++record) {
    const std::string_view body = parcel[record].body;
    const uint64_t most_bytes = body.size() + kMostValueOverhead * rows_.columns().size();
    if (most_bytes > most) {
      delivery.rejected.push_back({record, std::string(kTooLong)});
      continue;
    }
    if (values_.bytes + most_bytes > most) {
      if (MysqlAnswer answer = write(); !answer.ok()) return answer;
    }
    if (!rows_.Append(body, values_)) delivery.rejected.push_back({record, std::string(kDamaged)});
  }
  return write();
}

MysqlAnswer MysqlTarget::InsertText(const Parcel& parcel, Delivery& delivery, uint64_t& already,
                                    const Interrupt& stop) {
  const uint64_t most = connection_.most_packet_bytes() - kPacketOverhead - kTail.size();
  const uint64_t wanted = std::min(most, kMostStatementBytes);
  uint64_t rows = 0;
  std::string statement, row;
  const auto write = [&] {
    if (rows == 0) return MysqlAnswer{};
    MysqlAnswer answer = connection_.Run(statement.append(kTail), options_.timeout, stop);
    if (answer.ok()) {
      NoteHeard();
      already += rows - std::min(rows, answer.affected_rows);
    }
    statement.clear();
    rows = 0;
    return answer;
  };
  for (uint32_t record = 0; record < parcel.size(); ++record) {
    row.clear();
    if (!rows_.Append(parcel[record].body, row)) {
      delivery.rejected.push_back({record, std::string(kDamaged)});
      continue;
    }
    if (head_.size() + row.size() > most) {
      delivery.rejected.push_back({record, std::string(kTooLong)});
      continue;
    }
    if (statement.size() + 1 + row.size() > wanted) {
      if (MysqlAnswer answer = write(); !answer.ok()) return answer;
    }
    statement.append(rows == 0 ? head_ : ",").append(row);
    ++rows;
  }
  return write();
}

}  // namespace wiregauge::sinks
