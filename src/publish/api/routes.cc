// SPDX-License-Identifier: Apache-2.0
#include "publish/api/routes.h"

#include <span>

#include "publish/api/handlers.h"

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
// What reaches the content of packets.
constexpr RoutePolicy kAdmin{.access = Access::kAdmin, .scope = Scope::kWhole};

constexpr Entry kReading[] = {
    {"/", GetIndex, kNoTraffic},
    {"/healthz", GetHealth, kOpen},
    {"/readyz", GetReadiness},
    {"/api/v1/interfaces", ListInterfaces},
    {"/api/v1/interfaces/{interface}", GetInterface},
    {"/api/v1/applications", ListApplications},
    {"/api/v1/flows", ListFlows},
    {"/api/v1/flows/aggregate", AggregateFlows},
    {"/api/v1/flows/{id}", GetFlow},
    {"/api/v1/captures", ListCaptures},
    {"/api/v1/captures/{capture}", GetCapture},
    {"/api/v1/captures/{capture}/pcap", GetCaptureFile, kAdmin},
    {"/api/v1/hosts", ListHosts},
    {"/api/v1/hosts/{host}", GetHost},
    {"/api/v1/hosts/{host}/applications", ListHostApplications},
    {"/api/v1/hosts/{host}/ports", ListHostPorts},
    {"/api/v1/hosts/{host}/peers", ListHostPeers},
    {"/api/v1/hosts/{host}/flows", ListHostFlows},
    {"/api/v1/hosts/{host}/packets", GetHostPackets},
    {"/api/v1/hosts/{host}/tcp", GetHostTcp},
    {"/api/v1/hosts/{host}/dns", GetHostDns},
    {"/api/v1/hosts/{host}/http", GetHostHttp},
    {"/api/v1/hosts/{host}/icmp", ListHostIcmp},
    {"/api/v1/hosts/{host}/activity", GetHostActivity},
    {"/api/v1/devices", ListDevices},
    {"/api/v1/vlans", ListVlans},
    {"/api/v1/networks", ListNetworks},
    {"/api/v1/pools", ListPools},
    {"/api/v1/autonomous-systems", ListAutonomousSystems},
    {"/api/v1/countries", ListCountries},
    {"/api/v1/ledger", GetLedger},
    {"/api/v1/version", GetVersion, kNoTraffic},
    {"/api/v1/openapi.yaml", GetOpenApiYaml, kNoTraffic},
    {"/api/v1/openapi.json", GetOpenApiJson, kNoTraffic},
};

constexpr Entry kPosting[] = {
    {"/api/v1/flows/{id}/capture", StartCapture, kAdmin},
    {"/api/v1/captures/{capture}/stop", StopCapture, kAdmin},
};

constexpr Entry kDeleting[] = {
    {"/api/v1/captures/{capture}", DeleteCapture, kAdmin},
};

void Add(http::Router& router, http::Method method, std::span<const Entry> entries,
         const Dependencies& dependencies) {
  for (const Entry& entry : entries) {
    router.Add(
        method, entry.path_template,
        [handler = entry.handler, &dependencies](const Request& request) {
          return handler(request, dependencies);
        },
        entry.policy);
  }
}

}  // namespace

void RegisterRoutes(http::Router& router, const Dependencies& dependencies) {
  Add(router, http::Method::kGet, kReading, dependencies);
  Add(router, http::Method::kPost, kPosting, dependencies);
  Add(router, http::Method::kDelete, kDeleting, dependencies);
}

}  // namespace wiregauge::api
