// SPDX-License-Identifier: Apache-2.0
#include "timeseries/measure.h"

#include <algorithm>

#include "timeseries/script_key.h"

namespace wiregauge::timeseries {
namespace {

constexpr std::string_view kBits = "bits per second", kPackets = "packets per second";

constexpr Measure kInterfaceMeasures[] = {
    {"traffic_bps", {"bytes"}, Form::kBitsPerSecond, kBits, "Traffic, frame bytes on the wire."},
    {"traffic_total_bytes", {"bytes"}, Form::kTotal, "bytes", "Traffic in the whole range."},
    {"traffic_pps", {"packets"}, Form::kPerSecond, kPackets, "Packets received."},
    {"traffic_total_packets",
     {"packets"},
     Form::kTotal,
     "packets",
     "Packets received in the whole range."},
    {"drops",
     {"dropped_packets"},
     Form::kCount,
     "packets",
     "Packets lost before they were received, by the kernel or the interface."},
    {"new_flows", {"flows"}, Form::kCount, "flows", "Flows that began."},
    {"active_flows", {"active_flows"}, Form::kGauge, "flows", "Flows that have not ended."},
    {"active_hosts", {"active_hosts"}, Form::kGauge, "hosts", "Hosts with a flow or packets."},
    {"active_devices", {"devices"}, Form::kGauge, "devices", "MAC addresses that are known."},
    {"tcp_retransmissions",
     {"tcp_retransmitted_packets"},
     Form::kCount,
     "packets",
     "TCP segments whose bytes were sent before."},
    {"tcp_out_of_order",
     {"tcp_out_of_order_packets"},
     Form::kCount,
     "packets",
     "TCP segments that were overtaken on their way."},
    {"tcp_lost_segments",
     {"tcp_lost_segments"},
     Form::kCount,
     "segments",
     "Gaps in front of TCP segments."},
    {"tcp_keep_alives", {"tcp_keep_alives"}, Form::kCount, "packets", "TCP keep-alive probes."},
    {"tcp_zero_windows",
     {"tcp_zero_windows"},
     Form::kCount,
     "packets",
     "TCP segments that announce a receive window of 0."},
};

constexpr Measure kShareMeasures[] = {
    {"bps", {"bytes"}, Form::kBitsPerSecond, kBits, "Traffic, frame bytes on the wire."},
    {"total_bytes", {"bytes"}, Form::kTotal, "bytes", "Traffic in the whole range."},
    {"pps", {"packets"}, Form::kPerSecond, kPackets, "Packets."},
    {"total_packets", {"packets"}, Form::kTotal, "packets", "Packets in the whole range."},
    {"new_flows", {"flows"}, Form::kCount, "flows", "Flows whose application was settled."},
};

constexpr Measure kHostMeasures[] = {
    {"traffic_bps",
     {"bytes_sent", "bytes_received"},
     Form::kBitsPerSecond,
     kBits,
     "Traffic, sent and received."},
    {"traffic_total_bytes",
     {"bytes_sent", "bytes_received"},
     Form::kTotal,
     "bytes",
     "Traffic in the whole range, sent and received."},
    {"traffic_pps",
     {"packets_sent", "packets_received"},
     Form::kPerSecond,
     kPackets,
     "Packets, sent and received."},
    {"traffic_total_packets",
     {"packets_sent", "packets_received"},
     Form::kTotal,
     "packets",
     "Packets in the whole range, sent and received."},
    {"sent_bps", {"bytes_sent"}, Form::kBitsPerSecond, kBits, "Traffic sent."},
    {"received_bps", {"bytes_received"}, Form::kBitsPerSecond, kBits, "Traffic received."},
    {"new_flows", {"flows"}, Form::kCount, "flows", "Flows that began, opened by it or to it."},
    {"active_flows", {"active_flows"}, Form::kGauge, "flows", "Flows that have not ended."},
    {"tcp_retransmissions",
     {"tcp_retransmitted_packets"},
     Form::kCount,
     "packets",
     "TCP segments it sent again."},
    {"tcp_out_of_order",
     {"tcp_out_of_order_packets"},
     Form::kCount,
     "packets",
     "TCP segments it sent that were overtaken on their way."},
    {"tcp_lost_segments",
     {"tcp_lost_segments"},
     Form::kCount,
     "segments",
     "Gaps in front of TCP segments it sent."},
};

// Every packet once, also those between two hosts of the place.
constexpr Measure kPlaceMeasures[] = {
    {"traffic_bps", {"bytes"}, Form::kBitsPerSecond, kBits, "Traffic of its hosts."},
    {"traffic_total_bytes", {"bytes"}, Form::kTotal, "bytes", "Traffic in the whole range."},
    {"traffic_pps", {"packets"}, Form::kPerSecond, kPackets, "Packets of its hosts."},
    {"traffic_total_packets", {"packets"}, Form::kTotal, "packets", "Packets in the whole range."},
    {"sent_bps", {"bytes_sent"}, Form::kBitsPerSecond, kBits, "Traffic its hosts sent."},
    {"received_bps", {"bytes_received"}, Form::kBitsPerSecond, kBits, "Traffic they received."},
};

constexpr Measure kScriptMeasures[] = {
    {"", {kScriptCounter}, Form::kCount, "count", "What a script has counted in each step."},
    {"", {kScriptGauge}, Form::kGauge, "value", "A value that a script has set.", kScriptScale},
};

// Frames of a VLAN are not told by who sends and receives.
constexpr std::span kTrafficOfShare = std::span(kShareMeasures).first<4>();
constexpr std::span kTrafficOfPlace = std::span(kPlaceMeasures).first<4>();

constexpr Kind kKinds[] = {
    {"interface", Naming::kInterface, kInterfaceMeasures, true, "", ""},
    {"application", Naming::kShare, kShareMeasures, true, "allprotocols_bps",
     "Traffic by application: a line for each of those with most, and other."},
    {"category", Naming::kShare, kTrafficOfShare, true, "allcategories_bps",
     "Traffic by category of applications."},
    {"l4", Naming::kShare, kTrafficOfShare, true, "alll4protocols_bps",
     "Traffic by layer-4 protocol."},
    {"direction", Naming::kShare, kTrafficOfShare, true, "alldirections_bps",
     "Traffic between local and remote hosts, by who sends."},
    {"host", Naming::kPlace, kHostMeasures, false, "allhosts_bps",
     "Traffic by host; each packet counts for its sender and its receiver."},
    {kHostApplication, Naming::kPart, kShareMeasures, false, "allprotocols_bps",
     "Traffic of the host by application."},
    {"network", Naming::kPlace, kPlaceMeasures, true, "allnetworks_bps",
     "Traffic by local network; a packet counts in each that has an end of it."},
    {"pool", Naming::kPlace, kPlaceMeasures, true, "allpools_bps",
     "Traffic by host pool; a packet counts in each that has an end of it."},
    {"autonomous_system", Naming::kPlace, kPlaceMeasures, false, "allautonomous_systems_bps",
     "Traffic by autonomous system; a packet counts in each that has an end of it."},
    {"country", Naming::kPlace, kPlaceMeasures, true, "allcountries_bps",
     "Traffic by country; a packet counts in each that has an end of it."},
    {"vlan", Naming::kPlace, kTrafficOfPlace, false, "allvlans_bps", "Traffic by VLAN."},
    {kScriptKind, Naming::kScript, kScriptMeasures, false, "allscript",
     "What scripts tell under the name, by object."},
};

}  // namespace

std::span<const Kind> AllKinds() { return kKinds; }

const Kind* FindKind(std::string_view name) {
  const auto at = std::ranges::find(kKinds, name, &Kind::name);
  return at == std::end(kKinds) ? nullptr : &*at;
}

}  // namespace wiregauge::timeseries
