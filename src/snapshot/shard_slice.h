// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "snapshot/snapshot.h"

namespace wiregauge::snapshot {

// One shard's tables at one instant: partial rows, plain copies.
struct ShardSlice {
  Detail detail = Detail::kCounters;
  bool last = false;  // the shard has ended: there will be no other
  uint16_t interface_index = 0;
  DropCounters drops;
  model::FlowCaptureCounters flow_captures;
  std::optional<LinkType> link_type;
  std::string state;
  std::string problem;
  model::InterfaceCounters counters;
  std::vector<model::VlanRecord> vlans;
  std::vector<std::shared_ptr<const model::FlowBatch>> active_flows;
  std::vector<std::shared_ptr<const model::FlowBatch>> ended_flows;
  std::vector<model::HostRecord> hosts;
  std::vector<model::NamedAddress> names;  // of addresses that are no host of the shard
  std::vector<model::DeviceRecord> devices;
  model::PlaceTallies places;
};

// What is known of an interface without its shards.
struct InterfaceFacts {
  std::string name;
  std::string source;
  bool live = false;
  uint32_t workers = 1;
};

// Sums partial rows into one snapshot of the detail that is asked for. An interface may have
// several slices, or none: then it is open and has counted nothing, and whether the snapshot is
// final the caller knows. With kRows a slice without rows adds its counters alone. The summed rows
// do not depend on the order of the slices.
std::shared_ptr<Snapshot> Merge(SteadyTime taken_at,
                                std::shared_ptr<const model::ApplicationCatalogue> catalogue,
                                const std::vector<InterfaceFacts>& interfaces, Detail detail,
                                const std::vector<std::shared_ptr<const ShardSlice>>& slices);

}  // namespace wiregauge::snapshot
