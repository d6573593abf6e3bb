// SPDX-License-Identifier: Apache-2.0
#include "publish/api/routes.h"

#include "publish/api/handlers.h"

namespace wiregauge::api {
namespace {

struct Entry {
  std::string_view path_template;
  Response (*handler)(const Request&, const Dependencies&);
};

constexpr Entry kEntries[] = {
    {"/", GetIndex},
    {"/healthz", GetHealth},
    {"/readyz", GetReadiness},
    {"/api/v1/interfaces", ListInterfaces},
    {"/api/v1/interfaces/{interface}", GetInterface},
    {"/api/v1/applications", ListApplications},
    {"/api/v1/flows", ListFlows},
    {"/api/v1/flows/aggregate", AggregateFlows},
    {"/api/v1/flows/{id}", GetFlow},
    {"/api/v1/hosts", ListHosts},
    {"/api/v1/hosts/{host}", GetHost},
    {"/api/v1/hosts/{host}/applications", ListHostApplications},
    {"/api/v1/hosts/{host}/ports", ListHostPorts},
    {"/api/v1/hosts/{host}/peers", ListHostPeers},
    {"/api/v1/hosts/{host}/flows", ListHostFlows},
    {"/api/v1/hosts/{host}/packets", GetHostPackets},
    {"/api/v1/hosts/{host}/tcp", GetHostTcp},
    {"/api/v1/devices", ListDevices},
    {"/api/v1/vlans", ListVlans},
    {"/api/v1/ledger", GetLedger},
    {"/api/v1/version", GetVersion},
    {"/api/v1/openapi.yaml", GetOpenApiYaml},
    {"/api/v1/openapi.json", GetOpenApiJson},
};

}  // namespace

void RegisterRoutes(http::Router& router, const Dependencies& dependencies) {
  for (const Entry& entry : kEntries) {
    router.Add(http::Method::kGet, entry.path_template,
               [handler = entry.handler, &dependencies](const Request& request) {
                 return handler(request, dependencies);
               });
  }
}

}  // namespace wiregauge::api
