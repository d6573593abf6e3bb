// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/routes.h"

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.h"
#include "publish/grafana/handlers.h"
#include "publish/http/problem.h"
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
    {http::Method::kPost, "/annotations", Annotations},
    {http::Method::kPost, "/tag-keys", TagKeys},
    {http::Method::kPost, "/tag-values", TagValues},
    {http::Method::kPost, "/metrics", ListMetrics},
    {http::Method::kPost, "/metric-payload-options", ListPayloadOptions},
    {http::Method::kPost, "/variable", Variable},
};

// Who may see a part gets handlers that work on that part: none of them can forget to look.
// `scripts` are those that the user may ask.
template <typename Handler>
Response Call(const Handler& handler, const Request& request, const Dependencies& dependencies,
              const std::vector<ScriptTarget>& scripts, snapshot::VisibleParts& parts) {
  const model::Identity* const identity = request.identity.get();
  const auto catalogue =
      dependencies.archive != nullptr
          ? dependencies.archive->catalogue(identity)
          : std::make_shared<const timeseries::Catalogue>(std::vector<history::SeriesInfo>());
  if (identity == nullptr || !identity->is_restricted()) {
    return handler(request,
                   View{dependencies, identity, *catalogue, dependencies.snapshots, scripts});
  }
  snapshot::VisibleSource visible(dependencies.snapshots, parts, *identity);
  return handler(request, View{dependencies, identity, *catalogue, visible, scripts});
}

std::vector<ScriptTarget> ScriptsFor(const Request& request, const Dependencies& dependencies) {
  if (dependencies.scripts == nullptr) return {};
  return dependencies.scripts->List(request.identity.get());
}

Response Busy() {
  Response response =
      http::ProblemResponse(503, "Too many requests wait for scripts; lua.max_waiting bounds them.",
                            http::ErrorForm::kMessage);
  response.headers.push_back({"Retry-After", "1"});
  return response;
}

// A query that waits for a thread where scripts run.
struct Waiting {
  Request request;
  http::Reply reply;
  std::vector<ScriptTarget> scripts;
};

Response RunQuery(const Request& request, const Dependencies& dependencies,
                  const std::vector<ScriptTarget>& scripts, snapshot::VisibleParts& parts,
                  ScriptRunner* runner) {
  const auto query = [runner](const Request& asked, const View& view) {
    return Query(asked, view, runner);
  };
  return Call(query, request, dependencies, scripts, parts);
}

// No router stands around it there. What ends unsent is answered 500.
void RunWaiting(Waiting& waiting, const Dependencies& dependencies, snapshot::VisibleParts& parts,
                ScriptRunner& runner) {
  if (!waiting.reply.IsWanted()) return std::move(waiting.reply).Send(Busy());
  try {
    Response response = RunQuery(waiting.request, dependencies, waiting.scripts, parts, &runner);
    std::move(waiting.reply).Send(std::move(response));
  } catch (const std::exception& exception) {
    log::Error("grafana", "a query failed", {{"problem", exception.what()}});
  }
}

// At once, unless its targets name scripts.
void AnswerQuery(Request request, http::Reply reply, const Dependencies& dependencies,
                 const std::shared_ptr<snapshot::VisibleParts>& parts) {
  std::vector<ScriptTarget> scripts = ScriptsFor(request, dependencies);
  const std::vector<std::string> names = ScriptsNamedBy(request, scripts);
  if (names.empty()) {
    return std::move(reply).Send(RunQuery(request, dependencies, {}, *parts, nullptr));
  }
  const auto waiting =
      std::make_shared<Waiting>(Waiting{std::move(request), std::move(reply), std::move(scripts)});
  const auto work = [waiting, &dependencies, parts](ScriptRunner& runner) {
    RunWaiting(*waiting, dependencies, *parts, runner);
  };
  if (!dependencies.scripts->Hand(names, work)) std::move(waiting->reply).Send(Busy());
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
            return Call(entry.handler, request, dependencies, ScriptsFor(request, dependencies),
                        *parts);
          },
          kPolicy);
    }
    router.AddDeferred(
        http::Method::kPost, std::string(prefix).append("/query"),
        [&dependencies, parts](Request request, http::Reply reply) {
          AnswerQuery(std::move(request), std::move(reply), dependencies, parts);
        },
        kPolicy);
  }
}

}  // namespace wiregauge::grafana
