// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/packet_view.h"
#include "base/time.h"
#include "model/application.h"
#include "model/flow_capture.h"
#include "model/flow_record.h"
#include "model/host_record.h"
#include "model/interface_counters.h"
#include "model/mac_vendors.h"
#include "model/name_index.h"
#include "model/place_tallies.h"
#include "model/reverse_lookups.h"

namespace wiregauge::snapshot {

// How much a snapshot holds.
enum class Detail : uint8_t {
  kCounters,  // interfaces, applications, VLANs: small, whatever the traffic
  kRows,      // and every flow, host and device
};

// What happened to packets on their way to the tables.
struct DropCounters {
  uint64_t kernel_packets = 0;     // the kernel's ring was full
  uint64_t interface_packets = 0;  // the NIC or its driver had no room
};

// One interface: a live one or a capture file served like one.
struct InterfaceView {
  std::string name;
  std::string source;  // what was asked for: the interface's name, or the file's path
  bool live = false;
  std::optional<LinkType> link_type;  // nothing until a pipe's header was read
  // "open", "gone", "ended", "cut", "failed"; "stalled": a worker of it does not answer, and what
  // is shown of it is its last known.
  std::string state = "open";
  std::string problem;  // a sentence, empty when all is well
  uint32_t workers = 1;
  DropCounters drops;
  model::FlowCaptureCounters flow_captures;
  model::InterfaceCounters counters;  // merged; counters.now is the interface's packet time

  bool has_ended() const { return state == "ended" || state == "cut" || state == "failed"; }
  // The time at which the rates of the interface and of its rows are told: its packet time, which
  // stops at the last packet when the source has ended. Then it is past every second with traffic.
  Timestamp rates_at() const {
    return has_ended() ? counters.now + std::chrono::seconds(2) : counters.now;
  }
};

// The tables at one instant of each shard. Immutable and complete in itself: readers sort, filter
// and page on their own threads. Thread-safe.
struct Snapshot {
  SteadyTime taken_at;
  // Every source has ended: nothing will change any more, and the snapshot's age says nothing.
  bool final = false;
  Detail detail = Detail::kCounters;
  std::shared_ptr<const model::ApplicationCatalogue> catalogue;
  std::shared_ptr<const model::MacVendors> vendors = std::make_shared<const model::MacVendors>();
  std::vector<InterfaceView> interfaces;  // interface_index of rows points in here
  std::vector<model::VlanRecord> vlans;
  model::ReverseLookupCounters reverse_lookups;  // all 0 while they are off

  // Only with kRows:
  std::vector<std::shared_ptr<const model::FlowBatch>> active_flows;
  // The newest ended flows, oldest first, as many as the settings keep. May hold active timeouts'
  // reports, which are not flows of their own: ForEachFlow leaves them out.
  std::vector<std::shared_ptr<const model::FlowBatch>> ended_flows;
  std::vector<model::HostRecord> hosts;
  model::NameIndex names;  // of hosts, and of addresses that are none
  std::vector<model::DeviceRecord> devices;
  std::vector<model::PlaceTallies> places;  // by interface

  // Calls visit(const FlowRecord&) for every flow once: ended ones first, then active ones.
  template <typename Visit>
  void ForEachFlow(Visit visit) const {
    for (const auto& batch : ended_flows) {
      for (const model::FlowRecord& flow : *batch) {
        if (flow.end_reason != model::EndReason::kActiveTimeout) visit(flow);
      }
    }
    for (const auto& batch : active_flows) {
      for (const model::FlowRecord& flow : *batch) visit(flow);
    }
  }

  const model::FlowRecord* FindFlow(uint64_t id) const;
  std::optional<uint16_t> FindInterface(std::string_view name) const;
};

// The host's row: summed over interfaces when no one is named. Nothing when there is no such host.
std::optional<model::HostRecord> FindHost(const Snapshot& snapshot, const IpAddress& ip,
                                          uint16_t vlan, std::optional<uint16_t> interface_index);

// A host's applications, ports and peers with what its active flows carry included. When
// `interface_index` is given only flows of that interface count.
model::HostTallies TalliesOf(const Snapshot& snapshot, const model::HostRecord& host,
                             std::optional<uint16_t> interface_index);

// The table of one kind of place over the named interfaces (none named: over all), with what their
// active flows carry included. Sent and received sum to what is in flows.
model::PlaceTable PlacesOf(const Snapshot& snapshot, model::PlaceKind kind,
                           std::span<const uint16_t> interfaces);

// The VLANs of all interfaces with what their active flows carry included: the sum over their local
// matrices is what is in flows.
struct VlanRow {
  model::VlanRecord vlan;
  uint64_t hosts = 0;  // now
  uint64_t active_flows = 0;
};
std::vector<VlanRow> VlansOf(const Snapshot& snapshot);

// Gives snapshots to publishers; implemented by the engine. Thread-safe.
class SnapshotSource {
 public:
  virtual ~SnapshotSource() = default;

  // A snapshot with at least this detail, not older than `max_age`; takes a new one when the last
  // is older. Concurrent callers share one. A shard that does not answer within about two seconds
  // is in it with its last slice, and its interface is "stalled". Never null.
  virtual std::shared_ptr<const Snapshot> Get(Detail detail, Duration max_age) = 0;
};

}  // namespace wiregauge::snapshot
