// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alerts/engaged_alerts.h"
#include "base/result.h"
#include "model/flow_record.h"
#include "publish/grafana/filter.h"
#include "publish/grafana/handlers.h"
#include "publish/json/writer.h"
#include "snapshot/snapshot.h"
#include "timeseries/archive.h"

namespace wiregauge::grafana {

// A table that can be asked for by name.
struct Table {
  enum class Kind : uint8_t { kTopHosts, kTopApplications, kTopFlows, kAlerts };

  std::string name;  // "interface_eth0_top_hosts"
  Kind kind = Kind::kTopFlows;
  std::string interface;                       // empty: all
  const timeseries::Metric* metric = nullptr;  // whose objects it lists; null: flows, alerts
};

// Tables of hosts and applications where history knows them, of flows where the snapshot has the
// interface, and of alerts while they are kept. By interface.
std::vector<Table> ListTables(const View& view);

// What a table holds: with most bytes in the range first, the newest alerts first, at most
// kMostRows of what the filters accept.
struct TableRows {
  std::vector<timeseries::TopRow> objects;
  std::shared_ptr<const snapshot::Snapshot> snapshot;  // of `flows`; null: there are objects
  std::vector<const model::FlowRecord*> flows;
  std::vector<alerts::AlertPtr> alerts;

  size_t size() const { return objects.size() + flows.size() + alerts.size(); }  // one has any
};

// Flows are told as a whole: those that had packets in the range or around it.
Result<TableRows> ReadTable(const Table& table, timeseries::Range range, const Filters& filters,
                            const View& view);

// The first `limit` rows.
void WriteTable(json::Writer& writer, const Table& table, const TableRows& rows, size_t limit,
                const std::optional<std::string>& ref_id);

}  // namespace wiregauge::grafana
