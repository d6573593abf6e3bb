// SPDX-License-Identifier: Apache-2.0
#include "publish/json/place_json.h"

#include <vector>

#include "publish/json/common.h"

namespace wiregauge::json {
namespace {

using model::PlaceKind;

constexpr std::string_view kNetworkKeys[] = {"network", "prefixes"};
constexpr std::string_view kPoolKeys[] = {"pool", "members"};
constexpr std::string_view kAutonomousSystemKeys[] = {"asn", "as_name"};
constexpr std::string_view kCountryKeys[] = {"country"};

constexpr std::string_view kSums[] = {
    "packets_sent",
    "bytes_sent",
    "packets_received",
    "bytes_received",
    "packets",
    "bytes",
    "ingress.packets",
    "ingress.bytes",
    "egress.packets",
    "egress.bytes",
    "inner.packets",
    "inner.bytes",
    "throughput_bps.now",
    "packets_per_second.now",
    "flows_as_client",
    "flows_as_server",
    "active_flows",
    "hosts",
};

std::vector<std::string_view> WithSums(std::span<const std::string_view> keys) {
  std::vector<std::string_view> fields(keys.begin(), keys.end());
  fields.insert(fields.end(), std::begin(kSums), std::end(kSums));
  return fields;
}

template <typename Items>
void WriteTexts(Writer& writer, const Items& items) {
  for (const auto& item : items) writer.Value(item.ToString());
}

void WriteNetwork(Writer& writer, const model::Place& place, const model::PlaceNames& names) {
  writer.Field("network", names.NetworkName(place));
  if (!writer.BeginArray("prefixes")) return;
  if (place.network != 0) WriteTexts(writer, names.networks()[place.network - 1].prefixes);
  writer.EndArray();
}

void WritePool(Writer& writer, const model::Place& place, const model::PlaceNames& names) {
  writer.Field("pool", names.PoolName(place));
  if (!writer.BeginArray("members")) return;
  if (place.pool != 0) {
    const model::Pool& pool = names.pools()[place.pool - 1];
    WriteTexts(writer, pool.prefixes);
    WriteTexts(writer, pool.macs);
  }
  writer.EndArray();
}

void WriteKey(Writer& writer, PlaceKind kind, const model::Place& place,
              const model::PlaceNames& names) {
  switch (kind) {
    case PlaceKind::kNetwork:
      return WriteNetwork(writer, place, names);
    case PlaceKind::kPool:
      return WritePool(writer, place, names);
    case PlaceKind::kAutonomousSystem:
      writer.Field("asn", place.asn != 0 ? std::optional(place.asn) : std::nullopt);
      writer.Field("as_name", names.AsName(place));
      return;
    case PlaceKind::kCountry:
      writer.Field("country",
                   place.country.known() ? std::optional(place.country.text()) : std::nullopt);
      return;
    case PlaceKind::kCount:
      return;
  }
}

void WriteNow(Writer& writer, Name name, uint64_t now) {
  if (!writer.BeginObject(name)) return;
  writer.Field("now", now);
  writer.EndObject();
}

}  // namespace

void WritePlaceTally(Writer& writer, const model::PlaceTally& tally) {
  WriteTwoWay(writer, {tally.sent, tally.received});
  WriteTraffic(writer, tally.traffic());
  WriteTraffic(writer, "ingress", tally.ingress());
  WriteTraffic(writer, "egress", tally.egress());
  WriteTraffic(writer, "inner", tally.inner);
}

void WritePlaceRow(Writer& writer, PlaceKind kind, const model::PlaceRow& row,
                   const PlaceFacts& facts, const model::PlaceNames& names) {
  writer.BeginObject();
  WriteKey(writer, kind, row.place, names);
  WritePlaceTally(writer, row.tally);
  WriteNow(writer, "throughput_bps", facts.bits_per_second_now);
  WriteNow(writer, "packets_per_second", facts.packets_per_second_now);
  writer.Field("flows_as_client", row.tally.flows_as_client);
  writer.Field("flows_as_server", row.tally.flows_as_server);
  writer.Field("active_flows", facts.active_flows);
  writer.Field("hosts", facts.hosts);
  writer.EndObject();
}

const FieldCatalogue& PlaceFields(PlaceKind kind) {
  static const FieldCatalogue networks(WithSums(kNetworkKeys));
  static const FieldCatalogue pools(WithSums(kPoolKeys));
  static const FieldCatalogue autonomous_systems(WithSums(kAutonomousSystemKeys));
  static const FieldCatalogue countries(WithSums(kCountryKeys));
  switch (kind) {
    case PlaceKind::kNetwork:
      return networks;
    case PlaceKind::kPool:
      return pools;
    case PlaceKind::kAutonomousSystem:
      return autonomous_systems;
    case PlaceKind::kCountry:
    case PlaceKind::kCount:
      break;
  }
  return countries;
}

}  // namespace wiregauge::json
