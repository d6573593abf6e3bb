// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "model/flow_record.h"
#include "model/latency_histogram.h"
#include "model/tcp_health.h"
#include "model/traffic.h"
#include "model/two_way.h"

namespace wiregauge::model {

inline constexpr size_t kL3Classes = 4;     // decode::L3Class: ipv4, ipv6, arp, other
const char* L3ClassName(size_t l3_class);   // "ipv4", "ipv6", "arp", "other"
inline constexpr size_t kDecodeErrors = 7;  // decode::DecodeError, kNone (always 0) included
// Of an index of `undecodable`, as decode::DecodeErrorName: "link_truncated", ...; "none" for 0.
const char* UndecodableReasonName(size_t decode_error);

struct ApplicationCounters {
  Traffic traffic;
  uint64_t flows = 0;
  RateMeter rate;
  // Of flows whose application is settled.
  LatencyHistogram handshakes{}, application_latencies{};
};

// Everything counted about one interface. Counters never go down. From one shard it is partial; the
// interface's are the sum. Sums that hold at every instant:
//   received           = sum(l3) + sum(undecodable)
//   sum(l3)            = in_flows + l3[arp] + l3[other]
//   in_flows           = sum(l4) = sum(applications) + detecting
//   in_flows           = sum of the host rows' sent + departed_hosts.sent
//   in_flows           = sum of the host rows' received + departed_hosts.received
//   in_flows           = ended_flows_traffic + what active flow rows have not reported
//   in_flows           = sum of any table of places (snapshot::PlacesOf), as sent and as received
//   received           = sum of the VLAN rows; in_flows = sum of their matrices (snapshot::VlansOf)
struct InterfaceCounters {
  Traffic received;  // every packet the source delivered
  std::array<Traffic, kL3Classes> l3;
  std::array<Traffic, kDecodeErrors> undecodable;
  Traffic in_flows;
  std::array<Traffic, kL4Classes> l4;
  // Traffic of flows whose application is not settled yet. The only one that goes down: it moves to
  // the application, at the latest when the flow ends.
  Traffic detecting;
  std::vector<ApplicationCounters> applications;  // by ApplicationIndex
  PacketSizes packet_sizes;
  RateMeter rate;
  LocalMatrix local_matrix;

  TcpHealth tcp;                           // of all segments in flows
  LatencyHistogram handshakes;             // one of each flow that has a handshake_rtt
  LatencyHistogram application_latencies;  // one of each request that was answered

  uint64_t fragments_unmatched =
      0;  // later fragments whose first one was not seen: a flow without ports
  uint64_t flows_created = 0;
  std::array<uint64_t, static_cast<size_t>(EndReason::kCount)> flows_ended{};
  uint64_t active_flows = 0;
  Traffic ended_flows_traffic;  // sum over ended flow records (active timeouts' reports included)
  // As this shard sees them; the merged row has the true numbers. Together: rows in the table.
  uint64_t active_hosts = 0, idle_hosts = 0;
  uint64_t devices = 0;   // MAC addresses; as this shard sees them, as the hosts
  TwoWay departed_hosts;  // of hosts that left the table, up to then
  uint64_t hosts_expired = 0, hosts_evicted = 0;
  uint64_t names_dropped = 0;    // addresses without host whose names had no room
  uint64_t records_dropped = 0;  // ended flows' records nobody could take (exporter too slow)

  uint64_t flow_table_bytes = 0;  // memory in use, detection state included
  uint64_t host_table_bytes = 0;
  Timestamp now;  // packet time

  Traffic not_ip() const;  // decoded, and no IP: l3[arp] + l3[other]
  Traffic undecodable_sum() const;
  void Merge(const InterfaceCounters& part);
};

}  // namespace wiregauge::model
