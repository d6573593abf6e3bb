// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "publish/api/handlers.h"
#include "publish/api/page.h"
#include "publish/api/responses.h"
#include "publish/json/interface_json.h"

namespace wiregauge::api {
namespace {

using View = snapshot::Snapshot;

struct InterfaceRow {
  const snapshot::InterfaceView* interface = nullptr;
  size_t index = 0;
};

uint64_t RowId(const InterfaceRow& row) { return row.index; }

const model::InterfaceCounters& CountersOf(const InterfaceRow& row) {
  return row.interface->counters;
}

model::Rates RatesOf(const InterfaceRow& row) {
  return CountersOf(row).rate.At(row.interface->rates_at());
}

constexpr SortField<InterfaceRow> kSorts[] = {
    {"id", [](const InterfaceRow& r, const View&) { return KeyOf(uint64_t{r.index}); }},
    {"packet_time", [](const InterfaceRow& r, const View&) { return KeyOf(CountersOf(r).now); }},
    {"received.packets",
     [](const InterfaceRow& r, const View&) { return KeyOf(CountersOf(r).received.packets); }},
    {"received.bytes",
     [](const InterfaceRow& r, const View&) { return KeyOf(CountersOf(r).received.bytes); }},
    {"throughput_bps.now",
     [](const InterfaceRow& r, const View&) { return KeyOf(RatesOf(r).bits_per_second_now); }},
    {"throughput_bps.peak",
     [](const InterfaceRow& r, const View&) { return KeyOf(RatesOf(r).bits_per_second_peak); }},
    {"packets_per_second.now",
     [](const InterfaceRow& r, const View&) { return KeyOf(RatesOf(r).packets_per_second_now); }},
    {"packets_per_second.peak",
     [](const InterfaceRow& r, const View&) { return KeyOf(RatesOf(r).packets_per_second_peak); }},
    {"flows.active",
     [](const InterfaceRow& r, const View&) { return KeyOf(CountersOf(r).active_flows); }},
    {"flows.created",
     [](const InterfaceRow& r, const View&) { return KeyOf(CountersOf(r).flows_created); }},
    {"hosts.active",
     [](const InterfaceRow& r, const View&) { return KeyOf(CountersOf(r).active_hosts); }},
};

// A host may be known to several workers: only its rows tell how many hosts there are.
std::shared_ptr<const snapshot::Snapshot> WithHosts(const Dependencies& dependencies) {
  auto counters = Counters(dependencies);
  const bool alone = std::ranges::all_of(
      counters->interfaces, [](const auto& interface) { return interface.workers == 1; });
  return alone ? counters : Rows(dependencies);
}

}  // namespace

Response ListInterfaces(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {"limit", "cursor", "sort", "fields"};
  const auto snapshot = WithHosts(dependencies);
  Query query(request, kParameters);
  const PageRequest<InterfaceRow> page(query, kSorts, "id", json::InterfaceFields());
  if (auto refusal = query.refusal()) return *refusal;
  std::vector<InterfaceRow> rows;
  for (const snapshot::InterfaceView& interface : snapshot->interfaces) {
    rows.push_back({&interface, rows.size()});
  }
  return page.RespondWith(rows, *snapshot, [&](json::Writer& writer, const InterfaceRow& row) {
    json::WriteInterface(writer, *row.interface, row.index, *snapshot->catalogue);
  });
}

Response GetInterface(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {"fields"};
  const auto snapshot = WithHosts(dependencies);
  Query query(request, kParameters);
  const auto mask = ReadFields(query, json::InterfaceFields());
  if (auto refusal = query.refusal()) return *refusal;
  const std::string& name = request.PathParameter("interface");
  const auto index = snapshot->FindInterface(name);
  if (!index) {
    return http::NoSuchThing("interface", "There is no interface \"" + name.substr(0, 100) + "\".");
  }
  std::string body;
  json::Writer writer(body);
  writer.Apply(mask ? &*mask : nullptr);
  json::WriteInterface(writer, snapshot->interfaces[*index], *index, *snapshot->catalogue);
  return http::JsonResponse(std::move(body));
}

}  // namespace wiregauge::api
