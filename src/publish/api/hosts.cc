// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include "publish/api/handlers.h"
#include "publish/api/host_filter.h"
#include "publish/api/host_path.h"
#include "publish/api/host_sorts.h"
#include "publish/api/page.h"
#include "publish/api/responses.h"

namespace wiregauge::api {
namespace {

using Host = model::HostRecord;
using View = snapshot::Snapshot;

std::vector<std::string_view> ListParameters() {
  std::vector<std::string_view> names(std::begin(kHostFilterParameters),
                                      std::end(kHostFilterParameters));
  names.insert(names.end(), {"limit", "cursor", "sort", "fields"});
  return names;
}

HostAlertsIn AlertsIn(const View& snapshot, const Dependencies& dependencies) {
  return {snapshot, dependencies.alerts != nullptr ? dependencies.alerts->host_alerts() : nullptr};
}

// The row of a host may be a sum over interfaces: then it has none.
json::InterfaceContext ContextOfHost(const Host& host, const View& snapshot,
                                     const model::PlaceNames& places, const HostAlertsIn& alerts,
                                     std::optional<uint16_t> asked) {
  json::InterfaceContext context = ContextOf(host.interface_index, snapshot, places);
  context.alerts = alerts.Of(host);
  if (asked) return context;
  for (const Host& other : snapshot.hosts) {
    if (other.ip != host.ip || other.vlan != host.vlan ||
        other.interface_index == host.interface_index) {
      continue;
    }
    context.interface_name.reset();
    context.now = std::max(context.now, snapshot.interfaces[other.interface_index].rates_at());
    if (context.alerts) *context.alerts += *alerts.Of(other);
  }
  return context;
}

}  // namespace

Response ListHosts(const Request& request, const Dependencies& dependencies) {
  const auto snapshot = Rows(dependencies);
  const std::vector<std::string_view> parameters = ListParameters();
  Query query(request, parameters);
  const PageRequest<Host> page(query, HostSorts(), kDefaultHostSort, json::HostFields());
  const HostFilter filter(query, *snapshot, dependencies.places);
  if (auto refusal = query.refusal()) return *refusal;
  const HostAlertsIn alerts = AlertsIn(*snapshot, dependencies);
  auto selector = page.Selector();
  for (const Host& host : snapshot->hosts) {
    if (filter.Matches(host)) selector.Offer(alerts.RankOf(host, page.ordering()), host);
  }
  return page.Respond(selector, [&](json::Writer& writer, const Host& host) {
    auto context = ContextOf(host.interface_index, *snapshot, dependencies.places);
    context.alerts = alerts.Of(host);
    json::WriteHost(writer, host, context);
  });
}

Response GetHost(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {"interface", "fields"};
  const auto snapshot = Rows(dependencies);
  Query query(request, kParameters);
  const auto interface = ReadInterface(query, *snapshot);
  const auto mask = ReadFields(query, json::HostFields());
  if (auto refusal = query.refusal()) return *refusal;
  const auto host = FindHostOfPath(request, *snapshot, interface);
  if (!host.ok()) return http::ErrorResponse(host.error(), "host");
  std::string body;
  json::Writer writer(body);
  writer.Apply(mask ? &*mask : nullptr);
  const HostAlertsIn alerts = AlertsIn(*snapshot, dependencies);
  json::WriteHost(writer, *host,
                  ContextOfHost(*host, *snapshot, dependencies.places, alerts, interface));
  return http::JsonResponse(std::move(body));
}

}  // namespace wiregauge::api
