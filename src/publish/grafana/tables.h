// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "publish/grafana/filter.h"
#include "publish/grafana/handlers.h"
#include "publish/json/writer.h"
#include "timeseries/archive.h"

namespace wiregauge::grafana {

// A table that can be asked for by name.
struct Table {
  enum class Kind : uint8_t { kTopHosts, kTopApplications, kTopFlows };

  std::string name;  // "interface_eth0_top_hosts"
  Kind kind = Kind::kTopFlows;
  std::string interface;
  const timeseries::Metric* metric = nullptr;  // whose objects it lists; null: flows
};

// Tables of hosts and applications where history knows them, of flows where the snapshot has the
// interface. By interface.
std::vector<Table> ListTables(const View& view);

struct TableQuestion {
  timeseries::Range range;
  const Filters& filters;
  size_t limit = 20;
  std::optional<std::string> ref_id;
};

// Those with most bytes in the range; of flows, which are told as a whole, those that had packets
// in it or around it. Nothing is written when it fails.
Status WriteTable(json::Writer& writer, const Table& table, const TableQuestion& question,
                  const View& view);

}  // namespace wiregauge::grafana
