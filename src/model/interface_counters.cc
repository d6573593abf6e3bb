// SPDX-License-Identifier: Apache-2.0
#include "model/interface_counters.h"

#include <algorithm>
#include <numeric>

namespace wiregauge::model {
namespace {

template <typename Array>
void AddEach(Array& to, const Array& from) {
  for (size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

}  // namespace

const char* L3ClassName(size_t l3_class) {
  static constexpr std::array<const char*, kL3Classes> kNames = {"ipv4", "ipv6", "arp", "other"};
  return l3_class < kNames.size() ? kNames[l3_class] : "other";
}

const char* UndecodableReasonName(size_t decode_error) {
  static constexpr std::array<const char*, kDecodeErrors> kNames = {
      "none",           "link_truncated", "ipv4_truncated", "ipv4_malformed",
      "ipv6_truncated", "ipv6_malformed", "tunnel_too_deep"};
  return decode_error < kNames.size() ? kNames[decode_error] : "none";
}

void InterfaceCounters::Merge(const InterfaceCounters& part) {
  received += part.received;
  AddEach(l3, part.l3);
  AddEach(undecodable, part.undecodable);
  in_flows += part.in_flows;
  AddEach(l4, part.l4);
  detecting += part.detecting;
  if (applications.size() < part.applications.size()) {
    applications.resize(part.applications.size());
  }
  for (size_t i = 0; i < part.applications.size(); ++i) {
    applications[i].traffic += part.applications[i].traffic;
    applications[i].flows += part.applications[i].flows;
    applications[i].rate.Merge(part.applications[i].rate);
    applications[i].handshakes += part.applications[i].handshakes;
    applications[i].application_latencies += part.applications[i].application_latencies;
  }
  packet_sizes += part.packet_sizes;
  rate.Merge(part.rate);
  local_matrix += part.local_matrix;
  tcp += part.tcp;
  handshakes += part.handshakes;
  application_latencies += part.application_latencies;
  fragments_unmatched += part.fragments_unmatched;
  flows_created += part.flows_created;
  AddEach(flows_ended, part.flows_ended);
  active_flows += part.active_flows;
  ended_flows_traffic += part.ended_flows_traffic;
  active_hosts += part.active_hosts;
  idle_hosts += part.idle_hosts;
  devices += part.devices;
  departed_hosts += part.departed_hosts;
  hosts_expired += part.hosts_expired;
  hosts_evicted += part.hosts_evicted;
  names_dropped += part.names_dropped;
  records_dropped += part.records_dropped;
  flow_table_bytes += part.flow_table_bytes;
  host_table_bytes += part.host_table_bytes;
  now = std::max(now, part.now);
}

Traffic InterfaceCounters::not_ip() const {
  return std::accumulate(l3.begin(), l3.end(), Traffic{}) - in_flows;
}

Traffic InterfaceCounters::undecodable_sum() const {
  return std::accumulate(undecodable.begin(), undecodable.end(), Traffic{});
}

}  // namespace wiregauge::model
