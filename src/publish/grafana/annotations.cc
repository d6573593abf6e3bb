// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "publish/grafana/answer.h"
#include "publish/grafana/handlers.h"
#include "publish/grafana/range.h"
#include "publish/grafana/target.h"
#include "publish/json/writer.h"

namespace wiregauge::grafana {
namespace {

using history::Event;

// What is asked for in the query box: events one of whose texts holds one of these.
class EventTest {
 public:
  // Everything for an empty one.
  static Result<EventTest> Read(std::string_view query) {
    auto patterns = ExpandTarget(ToLower(Trim(query)));
    if (!patterns.ok()) return patterns.error();
    for (std::string& pattern : *patterns) {
      pattern.insert(pattern.begin(), kAnyText);
      pattern.push_back(kAnyText);
    }
    return EventTest(std::move(patterns).value());
  }

  bool Accepts(const Event& event) const {
    return std::ranges::any_of(patterns_, [&event](const std::string& pattern) {
      return MatchesPattern(pattern, ToLower(event.interface)) ||
             MatchesPattern(pattern, ToLower(event.kind)) ||
             MatchesPattern(pattern, ToLower(event.text));
    });
  }

 private:
  explicit EventTest(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {}

  std::vector<std::string> patterns_;
};

// "interface_gone" -> "interface gone"
std::string TitleOf(const Event& event) {
  std::string title = event.kind;
  std::ranges::replace(title, '_', ' ');
  return event.interface.empty() ? title : event.interface + ": " + title;
}

void WriteEvent(json::Writer& writer, const Event& event, json::ParsedValue annotation) {
  writer.BeginObject();
  if (writer.Key("annotation")) annotation.WriteTo(writer);
  writer.Field("time", event.unix_ms);
  writer.Field("title", TitleOf(event));
  writer.Field("text", event.text);
  if (writer.BeginArray("tags")) {
    writer.Value(event.kind);
    if (!event.interface.empty()) writer.Value(event.interface);
    writer.EndArray();
  }
  writer.EndObject();
}

}  // namespace

Response Annotations(const Request& request, const View& view) {
  const auto body = ReadBody(request);
  if (!body.ok()) return ErrorAnswer(body.error());
  const json::ParsedValue annotation = body->root()["annotation"];
  const auto range = ReadRange(body->root()["range"], view.dependencies.clock.Now());
  if (!range.ok()) return ErrorAnswer(range.error());
  const auto test = EventTest::Read(annotation["query"].text().value_or(""));
  if (!test.ok()) return ErrorAnswer(test.error());

  std::vector<Event> events;
  if (view.dependencies.archive != nullptr) {
    auto found = view.dependencies.archive->Events(
        *range, view.identity, [&test](const Event& event) { return test->Accepts(event); });
    if (!found.ok()) return ErrorAnswer(found.error());
    events = std::move(found).value();
  }
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (const Event& event : events) WriteEvent(writer, event, annotation);
  writer.EndArray();
  return http::JsonResponse(std::move(out));
}

}  // namespace wiregauge::grafana
