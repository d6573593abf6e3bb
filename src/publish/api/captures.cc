// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "publish/api/handlers.h"
#include "publish/api/page.h"
#include "publish/api/responses.h"
#include "publish/json/flow_capture_json.h"

namespace wiregauge::api {
namespace {

using Capture = model::FlowCaptureRecord;
using View = snapshot::Snapshot;

// What a capture takes when the request does not say.
constexpr uint64_t kDefaultPackets = 1000, kDefaultBytes = 1 << 20, kDefaultSeconds = 60;
// The file's header and one small packet.
constexpr uint64_t kLeastBytes = 256;
constexpr uint64_t kLeastSnapLength = 16;

constexpr SortField<Capture> kSorts[] = {
    {"id", [](const Capture& c, const View&) { return KeyOf(c.id); }},
    {"started_at", [](const Capture& c, const View&) { return KeyOf(c.started_at); }},
    {"packets", [](const Capture& c, const View&) { return KeyOf(c.captured.packets); }},
    {"bytes", [](const Capture& c, const View&) { return KeyOf(c.captured.bytes); }},
    {"file_bytes", [](const Capture& c, const View&) { return KeyOf(c.file_bytes); }},
};

// A capture holds what people said to each other.
std::optional<Response> RefuseOtherOrigin(const Request& request,
                                          const Dependencies& dependencies) {
  return api::RefuseOtherOrigin(request, dependencies.allowed_origin, "use captures");
}

uint64_t Number(Query& query, std::string_view name, uint64_t least, uint64_t most,
                uint64_t fallback) {
  return query.Number(name, least, std::max(least, most)).value_or(std::min(fallback, most));
}

model::FlowCaptureLimits ReadLimits(Query& query, const model::FlowCaptureLimits& most) {
  const auto most_seconds = static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(most.max_duration).count());
  model::FlowCaptureLimits limits;
  limits.max_packets = Number(query, "max_packets", 1, most.max_packets, kDefaultPackets);
  limits.max_bytes = Number(query, "max_bytes", kLeastBytes, most.max_bytes, kDefaultBytes);
  limits.max_duration =
      std::chrono::seconds(Number(query, "max_seconds", 1, most_seconds, kDefaultSeconds));
  limits.snap_length_bytes =
      static_cast<uint32_t>(Number(query, "snap_length_bytes", kLeastSnapLength,
                                   most.snap_length_bytes, most.snap_length_bytes));
  return limits;
}

void Write(json::Writer& writer, const Capture& capture, const View& snapshot) {
  json::WriteFlowCapture(writer, capture, snapshot.interfaces[capture.interface_index].name);
}

Response Answer(int status, const Capture& capture, const Dependencies& dependencies,
                const json::FieldMask* mask = nullptr) {
  std::string body;
  json::Writer writer(body);
  writer.Apply(mask);
  Write(writer, capture, *Counters(dependencies));
  Response response = http::JsonResponse(std::move(body));
  response.status = status;
  return response;
}

// A request that names a capture in its path.
struct Named {
  uint64_t id = 0;  // 0 is no capture's
  std::optional<json::FieldMask> mask;
  std::optional<Response> refusal;
};

Named ReadNamed(const Request& request, const Dependencies& dependencies,
                std::span<const std::string_view> parameters = {}) {
  Named named;
  named.refusal = RefuseOtherOrigin(request, dependencies);
  if (named.refusal) return named;
  Query query(request, parameters);
  if (!parameters.empty()) named.mask = ReadFields(query, json::FlowCaptureFields());
  const std::string& text = request.PathParameter("capture");
  const auto id = ParseNumber<uint64_t>(text);
  if (!id) query.Refuse("capture", text, "a capture's id: a whole number");
  named.id = id.value_or(0);
  named.refusal = query.refusal();
  return named;
}

Response NoSuchCapture(uint64_t id) {
  return http::NoSuchThing("capture", "There is no capture " + std::to_string(id) +
                                          ": it never was, it was deleted, or another needed its "
                                          "room.");
}

}  // namespace

Response StartCapture(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {"max_packets", "max_bytes", "max_seconds",
                                                     "snap_length_bytes"};
  if (auto refusal = RefuseOtherOrigin(request, dependencies)) return *refusal;
  Query query(request, kParameters);
  const auto limits = ReadLimits(query, dependencies.flow_captures.budget().most);
  const std::string& text = request.PathParameter("id");
  const auto flow_id = ParseNumber<uint64_t>(text);
  if (!flow_id) query.Refuse("id", text, "a flow's id: a whole number");
  if (auto refusal = query.refusal()) return *refusal;
  if (!request.body.empty()) {
    return http::ProblemResponse(
        400, "A body is not read here: what the capture may take stands in the query.");
  }
  const auto capture = dependencies.flow_captures.Start(*flow_id, limits);
  if (!capture.ok()) return http::ErrorResponse(capture.error(), "id");
  Response response = Answer(201, *capture, dependencies);
  response.headers.push_back({"Location", "/api/v1/captures/" + std::to_string(capture->id)});
  return response;
}

Response ListCaptures(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {"limit", "cursor", "sort", "fields"};
  if (auto refusal = RefuseOtherOrigin(request, dependencies)) return *refusal;
  Query query(request, kParameters);
  const PageRequest<Capture> page(query, kSorts, "-id", json::FlowCaptureFields());
  if (auto refusal = query.refusal()) return *refusal;
  snapshot::FlowCaptures& captures = dependencies.flow_captures;
  const auto snapshot = Counters(dependencies);
  const std::vector<Capture> rows = captures.List();
  auto selector = page.Selector();
  for (const Capture& capture : rows) selector.Offer(page.RankOf(capture, *snapshot), capture);
  return page.Respond(
      selector,
      [&](json::Writer& writer, const Capture& capture) { Write(writer, capture, *snapshot); },
      [&](json::Writer& writer) {
        writer.Field("memory_bytes", captures.memory_bytes());
        writer.Field("max_memory_bytes", captures.budget().memory_bytes);
      });
}

Response GetCapture(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {"fields"};
  const Named named = ReadNamed(request, dependencies, kParameters);
  if (named.refusal) return *named.refusal;
  const auto capture = dependencies.flow_captures.Find(named.id);
  if (!capture) return NoSuchCapture(named.id);
  return Answer(200, *capture, dependencies, named.mask ? &*named.mask : nullptr);
}

Response GetCaptureFile(const Request& request, const Dependencies& dependencies) {
  const Named named = ReadNamed(request, dependencies);
  if (named.refusal) return *named.refusal;
  auto file = dependencies.flow_captures.ReadFile(named.id);
  if (!file) return NoSuchCapture(named.id);
  const std::string name = "wiregauge-capture-" + std::to_string(named.id) + ".pcap";
  return {.status = 200,
          .content_type = "application/vnd.tcpdump.pcap",
          .body = *std::move(file),
          .headers = {{"Content-Disposition", "attachment; filename=\"" + name + "\""},
                      {"Cache-Control", "no-store"}}};
}

Response StopCapture(const Request& request, const Dependencies& dependencies) {
  const Named named = ReadNamed(request, dependencies);
  if (named.refusal) return *named.refusal;
  const auto capture = dependencies.flow_captures.Stop(named.id);
  if (!capture) return NoSuchCapture(named.id);
  return Answer(200, *capture, dependencies);
}

Response DeleteCapture(const Request& request, const Dependencies& dependencies) {
  const Named named = ReadNamed(request, dependencies);
  if (named.refusal) return *named.refusal;
  if (!dependencies.flow_captures.Remove(named.id)) return NoSuchCapture(named.id);
  return {.status = 204, .content_type = {}, .body = {}, .headers = {}};
}

}  // namespace wiregauge::api
