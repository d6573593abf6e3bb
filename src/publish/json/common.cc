// SPDX-License-Identifier: Apache-2.0
#include "publish/json/common.h"

namespace wiregauge::json {
namespace {

void WriteNowAndPeak(Writer& writer, Name name, uint64_t now, uint64_t peak) {
  if (!writer.BeginObject(name)) return;
  writer.Field("now", now);
  writer.Field("peak", peak);
  writer.EndObject();
}

}  // namespace

void WriteLocalMatrix(Writer& writer, const model::LocalMatrix& matrix) {
  if (!writer.BeginObject("local_matrix")) return;
  WriteTraffic(writer, "local_to_local", matrix[true][true]);
  WriteTraffic(writer, "local_to_remote", matrix[true][false]);
  WriteTraffic(writer, "remote_to_local", matrix[false][true]);
  WriteTraffic(writer, "remote_to_remote", matrix[false][false]);
  writer.EndObject();
}

void WriteL4(Writer& writer, uint8_t l4_protocol) {
  if (!writer.BeginObject("l4")) return;
  writer.Field("id", l4_protocol);
  writer.Field("name", model::L4ProtocolName(l4_protocol));
  writer.EndObject();
}

void WriteTwoWay(Writer& writer, const model::TwoWay& traffic) {
  writer.Field("packets_sent", traffic.sent.packets);
  writer.Field("bytes_sent", traffic.sent.bytes);
  writer.Field("packets_received", traffic.received.packets);
  writer.Field("bytes_received", traffic.received.bytes);
}

void WriteTwoWayAndSum(Writer& writer, const model::TwoWay& traffic) {
  WriteTwoWay(writer, traffic);
  WriteTraffic(writer, traffic.sent + traffic.received);
}

void WriteRates(Writer& writer, const model::Rates& rates) {
  WriteNowAndPeak(writer, "throughput_bps", rates.bits_per_second_now, rates.bits_per_second_peak);
  WriteNowAndPeak(writer, "packets_per_second", rates.packets_per_second_now,
                  rates.packets_per_second_peak);
}

void WritePacketSizes(Writer& writer, Name name, const model::PacketSizes& sizes) {
  if (!writer.BeginArray(name)) return;
  for (size_t i = 0; i < sizes.packets.size(); ++i) {
    writer.BeginObject();
    if (i < model::kPacketSizeBounds.size()) {
      writer.Field("upper_bound_bytes", model::kPacketSizeBounds[i]);
    } else {
      writer.Field("upper_bound_bytes", nullptr);
    }
    writer.Field("packets", sizes.packets[i]);
    writer.EndObject();
  }
  writer.EndArray();
}

void WriteEndedFlows(Writer& writer, const model::InterfaceCounters& counters) {
  if (!writer.BeginObject("ended")) return;
  for (size_t i = 0; i < counters.flows_ended.size(); ++i) {
    const auto reason = static_cast<model::EndReason>(i);
    if (reason == model::EndReason::kActiveTimeout) continue;
    if (writer.DynamicKey(model::EndReasonName(reason))) writer.Value(counters.flows_ended[i]);
  }
  writer.EndObject();
}

void WriteName(Writer& writer, std::string_view name) {
  if (!writer.Key("name")) return;
  if (name.empty()) {
    writer.Value(nullptr);
  } else {
    writer.Value(name);
  }
}

void WriteTime(Writer& writer, Name name, const std::optional<Timestamp>& time) {
  if (!writer.Key(name)) return;
  if (time) {
    writer.Value(TextForm(*time).view());
  } else {
    writer.Value(nullptr);
  }
}

void WriteMac(Writer& writer, const MacAddress& mac) {
  if (!writer.Key("mac")) return;
  if (mac.IsZero()) {
    writer.Value(nullptr);
  } else {
    writer.Value(TextForm(mac).view());
  }
}

void WritePlace(Writer& writer, const model::Place& place, const model::PlaceNames* names) {
  static const model::PlaceNames kNoNames;
  const model::PlaceNames& known = names != nullptr ? *names : kNoNames;
  writer.Field("network", known.NetworkName(place));
  writer.Field("pool", known.PoolName(place));
  writer.Field("asn", place.asn != 0 ? std::optional(place.asn) : std::nullopt);
  writer.Field("as_name", known.AsName(place));
  writer.Field("country",
               place.country.known() ? std::optional(place.country.text()) : std::nullopt);
  writer.Field("city", known.City(place));
}

}  // namespace wiregauge::json
