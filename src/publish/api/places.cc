// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "publish/api/handlers.h"
#include "publish/api/page.h"
#include "publish/api/place_filter.h"
#include "publish/api/responses.h"
#include "publish/json/place_json.h"

namespace wiregauge::api {
namespace {

using model::PlaceKind;
using View = snapshot::Snapshot;

struct Row {
  model::PlaceRow place;
  json::PlaceFacts facts;
};

uint64_t RowId(const Row& row) { return row.place.number; }

constexpr SortField<Row> kSorts[] = {
    {"packets_sent", [](const Row& r, const View&) { return KeyOf(r.place.tally.sent.packets); }},
    {"bytes_sent", [](const Row& r, const View&) { return KeyOf(r.place.tally.sent.bytes); }},
    {"packets_received",
     [](const Row& r, const View&) { return KeyOf(r.place.tally.received.packets); }},
    {"bytes_received",
     [](const Row& r, const View&) { return KeyOf(r.place.tally.received.bytes); }},
    {"packets", [](const Row& r, const View&) { return KeyOf(r.place.tally.traffic().packets); }},
    {"bytes", [](const Row& r, const View&) { return KeyOf(r.place.tally.traffic().bytes); }},
    {"ingress.bytes",
     [](const Row& r, const View&) { return KeyOf(r.place.tally.ingress().bytes); }},
    {"egress.bytes", [](const Row& r, const View&) { return KeyOf(r.place.tally.egress().bytes); }},
    {"inner.bytes", [](const Row& r, const View&) { return KeyOf(r.place.tally.inner.bytes); }},
    {"throughput_bps.now",
     [](const Row& r, const View&) { return KeyOf(r.facts.bits_per_second_now); }},
    {"packets_per_second.now",
     [](const Row& r, const View&) { return KeyOf(r.facts.packets_per_second_now); }},
    {"flows_as_client",
     [](const Row& r, const View&) { return KeyOf(r.place.tally.flows_as_client); }},
    {"flows_as_server",
     [](const Row& r, const View&) { return KeyOf(r.place.tally.flows_as_server); }},
    {"active_flows", [](const Row& r, const View&) { return KeyOf(r.facts.active_flows); }},
    {"hosts", [](const Row& r, const View&) { return KeyOf(r.facts.hosts); }},
};

using FactsByNumber = std::unordered_map<uint32_t, json::PlaceFacts>;

void AddActive(json::PlaceFacts& facts, const model::Rates& rates) {
  ++facts.active_flows;
  facts.bits_per_second_now += rates.bits_per_second_now;
  facts.packets_per_second_now += rates.packets_per_second_now;
}

// What only the rows of hosts and active flows tell.
FactsByNumber FactsOf(const View& snapshot, PlaceKind kind,
                      const std::vector<uint16_t>& interfaces) {
  const auto is_chosen = [&](uint16_t index) {
    return interfaces.empty() || Contains(interfaces, index);
  };
  FactsByNumber facts;
  for (const model::HostRecord& host : snapshot.hosts) {
    if (is_chosen(host.interface_index)) ++facts[model::PlaceNumber(kind, host.place)].hosts;
  }
  for (const auto& batch : snapshot.active_flows) {
    for (const model::FlowRecord& flow : *batch) {
      if (!is_chosen(flow.interface_index)) continue;
      const auto rates = flow.rate.At(snapshot.interfaces[flow.interface_index].rates_at());
      const uint32_t client = model::PlaceNumber(kind, flow.client.place);
      const uint32_t server = model::PlaceNumber(kind, flow.server.place);
      AddActive(facts[client], rates);
      if (server != client) AddActive(facts[server], rates);
    }
  }
  return facts;
}

// What the settings name has a row before it has traffic.
void AddNamed(model::PlaceTable& table, PlaceKind kind, const model::PlaceNames& names) {
  const size_t count = kind == PlaceKind::kNetwork ? names.networks().size()
                       : kind == PlaceKind::kPool  ? names.pools().size()
                                                   : 0;
  for (size_t number = 1; number <= count; ++number) {
    model::Place place;
    place.network = place.pool = static_cast<uint16_t>(number);
    table.Add(place, {});
  }
}

std::vector<Row> RowsOf(const model::PlaceTable& table, const FactsByNumber& facts) {
  std::vector<Row> rows;
  rows.reserve(table.rows().size());
  for (const model::PlaceRow& place : table.rows()) {
    const auto known = facts.find(place.number);
    rows.push_back({place, known == facts.end() ? json::PlaceFacts() : known->second});
  }
  return rows;
}

// The table of one kind; `key` is the parameter that chooses among its rows.
Response PlacePage(const Request& request, const Dependencies& dependencies, PlaceKind kind,
                   std::string_view key) {
  const std::string_view parameters[] = {"interface", key, "limit", "cursor", "sort", "fields"};
  const auto snapshot = Rows(dependencies);
  Query query(request, parameters);
  const PageRequest<Row> page(query, kSorts, "-bytes", json::PlaceFields(kind));
  const auto interfaces = ReadInterfaces(query, *snapshot);
  const auto numbers = ReadPlaceNumbers(query, key, kind, dependencies.places);
  if (auto refusal = query.refusal()) return *refusal;
  model::PlaceTable table = PlacesOf(*snapshot, kind, interfaces);
  AddNamed(table, kind, dependencies.places);
  const std::vector<Row> rows = RowsOf(table, FactsOf(*snapshot, kind, interfaces));
  auto selector = page.Selector();
  for (const Row& row : rows) {
    if (!numbers.empty() && !Contains(numbers, row.place.number)) continue;
    selector.Offer(page.RankOf(row, *snapshot), row);
  }
  return page.Respond(
      selector,
      [&](json::Writer& writer, const Row& row) {
        json::WritePlaceRow(writer, kind, row.place, row.facts, dependencies.places);
      },
      [&](json::Writer& writer) {
        if (kind != PlaceKind::kAutonomousSystem || !writer.BeginObject("other")) return;
        json::WritePlaceTally(writer, table.other());
        writer.EndObject();
      });
}

}  // namespace

Response ListNetworks(const Request& request, const Dependencies& dependencies) {
  return PlacePage(request, dependencies, PlaceKind::kNetwork, "network");
}

Response ListPools(const Request& request, const Dependencies& dependencies) {
  return PlacePage(request, dependencies, PlaceKind::kPool, "pool");
}

Response ListAutonomousSystems(const Request& request, const Dependencies& dependencies) {
  return PlacePage(request, dependencies, PlaceKind::kAutonomousSystem, "asn");
}

Response ListCountries(const Request& request, const Dependencies& dependencies) {
  return PlacePage(request, dependencies, PlaceKind::kCountry, "country");
}

}  // namespace wiregauge::api
