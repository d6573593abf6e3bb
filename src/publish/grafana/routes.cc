// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/routes.h"

#include <memory>
#include <string>
#include <string_view>

#include "publish/grafana/handlers.h"
#include "publish/json/writer.h"
#include "snapshot/visible.h"

namespace wiregauge::grafana {
namespace {

struct Entry {
  http::Method method;
  std::string_view path;
  Response (*handler)(const Request&, const View&);
};

// Everything goes by the catalogue and the snapshot that the user may see.
constexpr http::RoutePolicy kPolicy{.access = http::Access::kViewer,
                                    .scope = http::Scope::kByNetwork,
                                    .errors = http::ErrorForm::kMessage};

// The second one is where ntopng had them.
constexpr std::string_view kPrefixes[] = {"/grafana", "/lua/modules/grafana"};

constexpr Entry kEntries[] = {
    {http::Method::kGet, "", GetStatus},
    {http::Method::kPost, "/search", Search},
    {http::Method::kPost, "/query", Query},
    {http::Method::kPost, "/annotations", Annotations},
    {http::Method::kPost, "/tag-keys", TagKeys},
    {http::Method::kPost, "/tag-values", TagValues},
    {http::Method::kPost, "/metrics", ListMetrics},
    {http::Method::kPost, "/metric-payload-options", ListPayloadOptions},
    {http::Method::kPost, "/variable", Variable},
};

// Who may see a part gets handlers that work on that part: none of them can forget to look.
Response Call(const Entry& entry, const Request& request, const Dependencies& dependencies,
              snapshot::VisibleParts& parts) {
  const model::Identity* const identity = request.identity.get();
  const auto catalogue =
      dependencies.archive != nullptr
          ? dependencies.archive->catalogue(identity)
          : std::make_shared<const timeseries::Catalogue>(std::vector<history::SeriesInfo>());
  if (identity == nullptr || !identity->is_restricted()) {
    return entry.handler(request, {dependencies, identity, *catalogue, dependencies.snapshots});
  }
  snapshot::VisibleSource visible(dependencies.snapshots, parts, *identity);
  return entry.handler(request, {dependencies, identity, *catalogue, visible});
}

}  // namespace

Response GetStatus(const Request&, const View& view) {
  std::string body;
  json::Writer writer(body);
  writer.BeginObject();
  writer.Field("status", "OK");
  writer.Field("history", view.dependencies.archive != nullptr);
  writer.EndObject();
  return http::JsonResponse(std::move(body));
}

void RegisterRoutes(http::Router& router, const Dependencies& dependencies) {
  const auto parts = std::make_shared<snapshot::VisibleParts>();
  for (const std::string_view prefix : kPrefixes) {
    for (const Entry& entry : kEntries) {
      router.Add(
          entry.method, std::string(prefix).append(entry.path),
          [&entry, &dependencies, parts](const Request& request) {
            return Call(entry, request, dependencies, *parts);
          },
          kPolicy);
    }
  }
}

}  // namespace wiregauge::grafana
