// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "base/text.h"
#include "publish/api/flow_filter.h"
#include "publish/api/flow_sorts.h"
#include "publish/api/handlers.h"
#include "publish/api/host_path.h"
#include "publish/api/page.h"
#include "publish/api/responses.h"

namespace wiregauge::api {
namespace {

std::vector<std::string_view> ListParameters() {
  std::vector<std::string_view> names(std::begin(kFlowFilterParameters),
                                      std::end(kFlowFilterParameters));
  names.insert(names.end(), {"limit", "cursor", "sort", "fields"});
  return names;
}

Response FlowPage(const Request& request, const snapshot::Snapshot& snapshot,
                  const model::PlaceNames& places, const HostName* host) {
  const std::vector<std::string_view> parameters = ListParameters();
  Query query(request, parameters);
  const PageRequest<model::FlowRecord> page(query, FlowSorts(), kDefaultFlowSort,
                                            json::FlowFields());
  FlowFilter filter(query, snapshot, places);
  if (auto refusal = query.refusal()) return *refusal;
  if (host != nullptr) filter.RequireHost(*host);
  auto selector = page.Selector();
  snapshot.ForEachFlow([&](const model::FlowRecord& flow) {
    if (filter.Matches(flow)) selector.Offer(page.RankOf(flow, snapshot), flow);
  });
  return page.Respond(selector, [&](json::Writer& writer, const model::FlowRecord& flow) {
    json::WriteFlow(writer, flow, ContextOf(flow, snapshot, places), json::FlowCounters::kTotals);
  });
}

}  // namespace

Response ListFlows(const Request& request, const Dependencies& dependencies) {
  const auto snapshot = Rows(dependencies);
  return FlowPage(request, *snapshot, dependencies.places, nullptr);
}

Response ListHostFlows(const Request& request, const Dependencies& dependencies) {
  const auto snapshot = Rows(dependencies);
  const auto host = FindHostOfPath(request, *snapshot, std::nullopt);
  if (!host.ok()) return http::ErrorResponse(host.error(), "host");
  const HostName name{host->ip, host->vlan};
  return FlowPage(request, *snapshot, dependencies.places, &name);
}

Response GetFlow(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {"fields"};
  const std::string& text = request.PathParameter("id");
  const auto id = ParseNumber<uint64_t>(text);
  Query query(request, kParameters);
  const auto mask = ReadFields(query, json::FlowFields());
  if (!id) query.Refuse("id", text, "a flow's id: a whole number");
  if (auto refusal = query.refusal()) return *refusal;
  const auto snapshot = Rows(dependencies);
  const model::FlowRecord* const flow = snapshot->FindFlow(*id);
  if (flow == nullptr) {
    return http::NoSuchThing(
        "id", "There is no flow " + text + ": it never was, or it ended too long ago.");
  }
  std::string body;
  json::Writer writer(body);
  writer.Apply(mask ? &*mask : nullptr);
  json::WriteFlow(writer, *flow, ContextOf(*flow, *snapshot, dependencies.places),
                  json::FlowCounters::kTotals);
  return http::JsonResponse(std::move(body));
}

}  // namespace wiregauge::api
