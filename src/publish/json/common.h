// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/mac_address.h"
#include "model/host_record.h"
#include "model/interface_counters.h"
#include "model/place.h"
#include "model/traffic.h"
#include "publish/json/text_forms.h"
#include "publish/json/writer.h"

// Groups of members that many objects share: one spelling each.
namespace wiregauge::json {

// "packets", "bytes" into the open object.
inline void WriteTraffic(Writer& writer, const model::Traffic& traffic) {
  writer.Field("packets", traffic.packets);
  writer.Field("bytes", traffic.bytes);
}

// {"packets": n, "bytes": n} as the member `name`.
inline void WriteTraffic(Writer& writer, Name name, const model::Traffic& traffic) {
  if (!writer.BeginObject(name)) return;
  WriteTraffic(writer, traffic);
  writer.EndObject();
}

// "local_matrix": {"local_to_local", "local_to_remote", "remote_to_local", "remote_to_remote"}
void WriteLocalMatrix(Writer& writer, const model::LocalMatrix& matrix);

// "l4": {"id", "name"} of an IP protocol.
void WriteL4(Writer& writer, uint8_t l4_protocol);

// "packets_sent", "bytes_sent", "packets_received", "bytes_received" into the open object.
void WriteTwoWay(Writer& writer, const model::TwoWay& traffic);

// WriteTwoWay and the sums "packets", "bytes".
void WriteTwoWayAndSum(Writer& writer, const model::TwoWay& traffic);

// "throughput_bps" and "packets_per_second", {"now", "peak"} each.
void WriteRates(Writer& writer, const model::Rates& rates);

// "retransmitted_packets", "out_of_order_packets", "lost_segments", "keep_alives", "zero_windows"
// into the open object.
template <typename Number>
void WriteTcpHealth(Writer& writer, const model::TcpHealthOf<Number>& health) {
  writer.Field("retransmitted_packets", health.retransmitted_packets);
  writer.Field("out_of_order_packets", health.out_of_order_packets);
  writer.Field("lost_segments", health.lost_segments);
  writer.Field("keep_alives", health.keep_alives);
  writer.Field("zero_windows", health.zero_windows);
}

// The same as the member `name`.
template <typename Number>
void WriteTcpHealth(Writer& writer, Name name, const model::TcpHealthOf<Number>& health) {
  if (!writer.BeginObject(name)) return;
  WriteTcpHealth(writer, health);
  writer.EndObject();
}

// [{"upper_bound_bytes": 64, "packets": n}, ..., {"upper_bound_bytes": null, ...}]
void WritePacketSizes(Writer& writer, Name name, const model::PacketSizes& sizes);

// "ended": {reason: flows}. Reports of flows that go on have not ended anything and are left out.
void WriteEndedFlows(Writer& writer, const model::InterfaceCounters& counters);

// "name": null when it is empty.
void WriteName(Writer& writer, std::string_view name);

// Null when there is none.
void WriteMac(Writer& writer, const MacAddress& mac);

// RFC 3339, or null.
void WriteTime(Writer& writer, Name name, const std::optional<Timestamp>& time);

// "network", "pool", "asn", "as_name", "country", "city" into the open object; null when not known.
// `names` may be null: then nothing has a name.
void WritePlace(Writer& writer, const model::Place& place, const model::PlaceNames* names);

}  // namespace wiregauge::json
