// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include "model/sink_state.h"
#include "publish/api/handlers.h"
#include "publish/api/page.h"
#include "publish/api/responses.h"
#include "publish/json/sink_json.h"

namespace wiregauge::api {
namespace {

using Sink = model::SinkState;
using View = snapshot::Snapshot;

constexpr SortField<Sink> kSorts[] = {
    {"sink", [](const Sink&, const View&) -> SortKey { return 0; }, true},
    {"offered_records", [](const Sink& s, const View&) { return KeyOf(s.ledger.offered); }},
    {"delivered_records", [](const Sink& s, const View&) { return KeyOf(s.ledger.delivered); }},
    {"waiting_records", [](const Sink& s, const View&) { return KeyOf(s.ledger.waiting()); }},
};

std::vector<Sink> SinksOf(const Dependencies& dependencies) {
  return dependencies.sinks ? dependencies.sinks() : std::vector<Sink>();
}

}  // namespace

Response ListSinks(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {"limit", "cursor", "sort", "fields"};
  Query query(request, kParameters);
  const PageRequest<Sink> page(query, kSorts, "sink", json::SinkFields());
  if (auto refusal = query.refusal()) return *refusal;
  const auto snapshot = Counters(dependencies);
  return page.RespondWith(SinksOf(dependencies), *snapshot, json::WriteSink);
}

Response GetSink(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {"fields"};
  Query query(request, kParameters);
  const auto mask = ReadFields(query, json::SinkFields());
  if (auto refusal = query.refusal()) return *refusal;
  const std::string& name = request.PathParameter("sink");
  const std::vector<Sink> sinks = SinksOf(dependencies);
  const auto found = std::ranges::find(sinks, name, &Sink::name);
  if (found == sinks.end()) {
    return http::NoSuchThing("sink", "There is no sink '" + name + "': see /api/v1/sinks.");
  }
  std::string body;
  json::Writer writer(body);
  writer.Apply(mask ? &*mask : nullptr);
  json::WriteSink(writer, *found);
  return http::JsonResponse(std::move(body));
}

}  // namespace wiregauge::api
