// SPDX-License-Identifier: Apache-2.0
#include "publish/api/routes.h"

#include <memory>
#include <span>

#include "publish/api/handlers.h"
#include "publish/api/openapi_document.h"
#include "snapshot/visible.h"

namespace wiregauge::api {
namespace {

using http::Access;
using http::RoutePolicy;
using http::Scope;

struct Entry {
  std::string_view path_template;
  Response (*handler)(const Request&, const Dependencies&);
  RoutePolicy policy = {};
};

constexpr RoutePolicy kOpen{.access = Access::kOpen, .scope = Scope::kNoTraffic};
constexpr RoutePolicy kNoTraffic{.access = Access::kViewer, .scope = Scope::kNoTraffic};
// What tells of hosts and flows, and what also tells of interfaces as a whole.
constexpr RoutePolicy kRows{.access = Access::kViewer, .scope = Scope::kByNetwork};
constexpr RoutePolicy kInterfaces{.access = Access::kViewer, .scope = Scope::kByInterface};
// What reaches the content of packets, and what changes something.
constexpr RoutePolicy kAdmin{.access = Access::kAdmin, .scope = Scope::kWhole};

constexpr Entry kReading[] = {
    {"/", GetIndex, kNoTraffic},
    {"/healthz", GetHealth, kOpen},
    {"/readyz", GetReadiness, kRows},
    {"/api/v1/interfaces", ListInterfaces, kInterfaces},
    {"/api/v1/interfaces/{interface}", GetInterface, kInterfaces},
    {"/api/v1/applications", ListApplications, kInterfaces},
    {"/api/v1/flows", ListFlows, kRows},
    {"/api/v1/flows/aggregate", AggregateFlows, kRows},
    {"/api/v1/flows/{id}", GetFlow, kRows},
    {"/api/v1/captures", ListCaptures},
    {"/api/v1/captures/{capture}", GetCapture},
    {"/api/v1/captures/{capture}/pcap", GetCaptureFile, kAdmin},
    {"/api/v1/hosts", ListHosts, kRows},
    {"/api/v1/hosts/{host}", GetHost, kRows},
    {"/api/v1/hosts/{host}/applications", ListHostApplications, kRows},
    {"/api/v1/hosts/{host}/ports", ListHostPorts, kRows},
    {"/api/v1/hosts/{host}/peers", ListHostPeers, kRows},
    {"/api/v1/hosts/{host}/flows", ListHostFlows, kRows},
    {"/api/v1/hosts/{host}/packets", GetHostPackets, kRows},
    {"/api/v1/hosts/{host}/tcp", GetHostTcp, kRows},
    {"/api/v1/hosts/{host}/dns", GetHostDns, kRows},
    {"/api/v1/hosts/{host}/http", GetHostHttp, kRows},
    {"/api/v1/hosts/{host}/icmp", ListHostIcmp, kRows},
    {"/api/v1/hosts/{host}/activity", GetHostActivity, kRows},
    {"/api/v1/devices", ListDevices, kInterfaces},
    {"/api/v1/vlans", ListVlans, kInterfaces},
    {"/api/v1/networks", ListNetworks, kInterfaces},
    {"/api/v1/pools", ListPools, kInterfaces},
    {"/api/v1/autonomous-systems", ListAutonomousSystems, kInterfaces},
    {"/api/v1/countries", ListCountries, kInterfaces},
    {"/api/v1/timeseries", ListTimeseries, kRows},
    {"/api/v1/timeseries/query", QueryTimeseries, kRows},
    {"/api/v1/timeseries/top", RankTimeseries, kRows},
    {"/api/v1/events", ListEvents, kInterfaces},
    {"/api/v1/alerts", ListAlerts, kRows},
    {"/api/v1/alerts/{alert}", GetAlert, kRows},
    {"/api/v1/sinks", ListSinks},
    {"/api/v1/sinks/{sink}", GetSink},
    {"/api/v1/ledger", GetLedger, kInterfaces},
    {"/api/v1/version", GetVersion, kNoTraffic},
};

constexpr Entry kPosting[] = {
    {"/api/v1/flows/{id}/capture", StartCapture, kAdmin},
    {"/api/v1/captures/{capture}/stop", StopCapture, kAdmin},
    {"/api/v1/alerts/{alert}/release", ReleaseAlert, kAdmin},
};

constexpr Entry kDeleting[] = {
    {"/api/v1/captures/{capture}", DeleteCapture, kAdmin},
};

// Who may see a part of the traffic gets handlers that work on that part: none of them can forget
// to look.
Response Call(const Entry& entry, const Request& request, const Dependencies& dependencies,
              snapshot::VisibleParts& parts) {
  if (request.identity == nullptr || !request.identity->is_restricted()) {
    return entry.handler(request, dependencies);
  }
  snapshot::VisibleSource visible(dependencies.snapshots, parts, *request.identity);
  const Dependencies restricted{.snapshots = visible,
                                .flow_captures = dependencies.flow_captures,
                                .clock = dependencies.clock,
                                .build = dependencies.build,
                                .started_at = dependencies.started_at,
                                .places = dependencies.places,
                                .allowed_origin = dependencies.allowed_origin,
                                .archive = dependencies.archive,
                                .alerts = dependencies.alerts};
  return entry.handler(request, restricted);
}

void Add(http::Router& router, http::Method method, std::span<const Entry> entries,
         const Dependencies& dependencies, const std::shared_ptr<snapshot::VisibleParts>& parts) {
  for (const Entry& entry : entries) {
    router.Add(
        method, entry.path_template,
        [&entry, &dependencies, parts](const Request& request) {
          return Call(entry, request, dependencies, *parts);
        },
        entry.policy);
  }
}

void AddDocument(http::Router& router, std::string_view path, ServedDocument::Form form,
                 std::string_view content_type, const Dependencies& dependencies) {
  router.Add(
      http::Method::kGet, path,
      [document = std::make_shared<ServedDocument>(form, content_type),
       &dependencies](const Request& request) {
        return document->Answer(request,
                                dependencies.script_paths ? dependencies.script_paths() : nullptr);
      },
      kNoTraffic);
}

}  // namespace

void RegisterRoutes(http::Router& router, const Dependencies& dependencies) {
  const auto parts = std::make_shared<snapshot::VisibleParts>();
  Add(router, http::Method::kGet, kReading, dependencies, parts);
  Add(router, http::Method::kPost, kPosting, dependencies, parts);
  Add(router, http::Method::kDelete, kDeleting, dependencies, parts);
  AddDocument(router, "/api/v1/openapi.yaml", OpenApiYaml, "application/yaml", dependencies);
  AddDocument(router, "/api/v1/openapi.json", OpenApiJson, "application/json", dependencies);
}

}  // namespace wiregauge::api
