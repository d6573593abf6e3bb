// SPDX-License-Identifier: Apache-2.0
#include "publish/stream/routes.h"

#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "publish/http/problem.h"

namespace wiregauge::stream {
namespace {

constexpr http::RoutePolicy kPolicy{.access = http::Access::kViewer,
                                    .scope = http::Scope::kByNetwork};
constexpr Duration kMaxAge = std::chrono::seconds(1);

std::vector<std::string_view> Parameters() {
  std::vector<std::string_view> names(std::begin(api::kFlowFilterParameters),
                                      std::end(api::kFlowFilterParameters));
  names.insert(names.end(), {"fields", "last_event_id"});
  return names;
}

// The header is newer: a client that comes back by itself has it, and the old query.
std::string ReadLastEventId(const http::Request& request, api::Query& query) {
  const std::string* const parameter = query.One("last_event_id");
  if (parameter != nullptr && !ParseEventId(*parameter)) {
    query.Refuse("last_event_id", *parameter, "the id of an event of this stream");
  }
  const std::string* const header = request.FindHeader("last-event-id");
  if (header != nullptr && !header->empty()) return *header;
  return parameter != nullptr ? *parameter : std::string();
}

http::Response Unavailable(std::string_view detail) {
  http::Response response = http::ProblemResponse(503, detail);
  response.headers.push_back({"Retry-After", "10"});
  return response;
}

http::Response StreamFlows(const http::Request& request, const Dependencies& dependencies) {
  const std::vector<std::string_view> parameters = Parameters();
  api::Query query(request, parameters);
  auto view = std::make_unique<FlowView>(
      request, query, dependencies.snapshots.Get(snapshot::Detail::kCounters, kMaxAge),
      dependencies.places);
  const std::string last_event_id = ReadLastEventId(request, query);
  if (auto refusal = query.refusal()) return *std::move(refusal);
  if (dependencies.streams == nullptr) {
    return Unavailable("The live stream is off: stream.max_clients is 0.");
  }
  auto body = dependencies.streams->Follow(std::move(view), last_event_id);
  if (body == nullptr) {
    return Unavailable("As many clients follow the live stream as may (stream.max_clients).");
  }
  return {.status = 200,
          .content_type = "text/event-stream",
          .body = {},
          .headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}},
          .stream = std::move(body)};
}

}  // namespace

void RegisterRoutes(http::Router& router, const Dependencies& dependencies) {
  router.Add(
      http::Method::kGet, "/api/v1/stream/flows",
      [&dependencies](const http::Request& request) { return StreamFlows(request, dependencies); },
      kPolicy);
}

}  // namespace wiregauge::stream
