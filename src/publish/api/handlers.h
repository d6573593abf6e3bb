// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "publish/api/routes.h"
#include "publish/http/request.h"
#include "publish/http/response.h"

// One function a route. Thread-safe: they work on snapshots, and give orders to what is
// thread-safe.
namespace wiregauge::api {

using http::Request;
using http::Response;

Response ListInterfaces(const Request& request, const Dependencies& dependencies);
Response GetInterface(const Request& request, const Dependencies& dependencies);
Response ListApplications(const Request& request, const Dependencies& dependencies);
Response ListFlows(const Request& request, const Dependencies& dependencies);
Response GetFlow(const Request& request, const Dependencies& dependencies);
Response StartCapture(const Request& request, const Dependencies& dependencies);
Response ListCaptures(const Request& request, const Dependencies& dependencies);
Response GetCapture(const Request& request, const Dependencies& dependencies);
Response GetCaptureFile(const Request& request, const Dependencies& dependencies);
Response StopCapture(const Request& request, const Dependencies& dependencies);
Response DeleteCapture(const Request& request, const Dependencies& dependencies);
Response AggregateFlows(const Request& request, const Dependencies& dependencies);
Response ListHosts(const Request& request, const Dependencies& dependencies);
Response GetHost(const Request& request, const Dependencies& dependencies);
Response ListHostApplications(const Request& request, const Dependencies& dependencies);
Response ListHostPorts(const Request& request, const Dependencies& dependencies);
Response ListHostPeers(const Request& request, const Dependencies& dependencies);
Response ListHostFlows(const Request& request, const Dependencies& dependencies);
Response GetHostPackets(const Request& request, const Dependencies& dependencies);
Response ListHostIcmp(const Request& request, const Dependencies& dependencies);
Response GetHostActivity(const Request& request, const Dependencies& dependencies);
Response GetHostTcp(const Request& request, const Dependencies& dependencies);
Response GetHostDns(const Request& request, const Dependencies& dependencies);
Response GetHostHttp(const Request& request, const Dependencies& dependencies);
Response ListDevices(const Request& request, const Dependencies& dependencies);
Response ListVlans(const Request& request, const Dependencies& dependencies);
Response ListNetworks(const Request& request, const Dependencies& dependencies);
Response ListPools(const Request& request, const Dependencies& dependencies);
Response ListAutonomousSystems(const Request& request, const Dependencies& dependencies);
Response ListCountries(const Request& request, const Dependencies& dependencies);
Response ListTimeseries(const Request& request, const Dependencies& dependencies);
Response QueryTimeseries(const Request& request, const Dependencies& dependencies);
Response RankTimeseries(const Request& request, const Dependencies& dependencies);
Response ListEvents(const Request& request, const Dependencies& dependencies);
Response ListAlerts(const Request& request, const Dependencies& dependencies);
Response GetAlert(const Request& request, const Dependencies& dependencies);
Response ReleaseAlert(const Request& request, const Dependencies& dependencies);
Response ListSinks(const Request& request, const Dependencies& dependencies);
Response GetSink(const Request& request, const Dependencies& dependencies);
Response GetLedger(const Request& request, const Dependencies& dependencies);
Response GetVersion(const Request& request, const Dependencies& dependencies);
Response GetIndex(const Request& request, const Dependencies& dependencies);
Response GetHealth(const Request& request, const Dependencies& dependencies);
Response GetReadiness(const Request& request, const Dependencies& dependencies);

}  // namespace wiregauge::api
