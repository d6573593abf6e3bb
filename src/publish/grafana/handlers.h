// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "model/identity.h"
#include "publish/grafana/routes.h"
#include "publish/http/request.h"
#include "publish/http/response.h"
#include "timeseries/catalogue.h"

// One function a route. Thread-safe.
namespace wiregauge::grafana {

using http::Request;
using http::Response;

// What one request may see.
struct View {
  const Dependencies& dependencies;
  const model::Identity* identity;         // null: everything
  const timeseries::Catalogue& catalogue;  // empty while history is off
  snapshot::SnapshotSource& snapshots;
  const std::vector<ScriptTarget>& scripts;  // that the user may ask
};

Response GetStatus(const Request& request, const View& view);
Response Search(const Request& request, const View& view);
// `runner` is needed where targets name scripts, and null where none does.
Response Query(const Request& request, const View& view, ScriptRunner* runner);
// The scripts that a query's targets name, each once.
std::vector<std::string> ScriptsNamedBy(const Request& request,
                                        const std::vector<ScriptTarget>& scripts);
Response Annotations(const Request& request, const View& view);
Response TagKeys(const Request& request, const View& view);
Response TagValues(const Request& request, const View& view);
// Of simPod JSON.
Response ListMetrics(const Request& request, const View& view);
Response ListPayloadOptions(const Request& request, const View& view);
Response Variable(const Request& request, const View& view);

}  // namespace wiregauge::grafana
