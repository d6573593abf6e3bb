// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "publish/grafana/alerts.h"
#include "publish/grafana/answer.h"
#include "publish/grafana/handlers.h"
#include "publish/grafana/range.h"
#include "publish/grafana/target.h"
#include "publish/json/writer.h"

namespace wiregauge::grafana {
namespace {

using history::Event;

constexpr std::string_view kStops = ".,:;";  // behind words

// The words of an event's text, but for those that name its interface, each between blanks: "eth10
// is gone: interface eth10: was removed" has nothing to do with eth1.
std::string WordsOf(const Event& event) {
  std::string words = " ";
  for (std::string_view word : Split(event.text, ' ')) {
    while (!word.empty() && kStops.find(word.back()) != std::string_view::npos) {
      word.remove_suffix(1);
    }
    if (word != event.interface) words.append(word) += ' ';
  }
  return words;
}

// What is asked for in the query box: events whose interface is one of these, or whose kind has one
// of them as a part, or whose text as a word or several.
class EventTest {
 public:
  // Everything for an empty one.
  static Result<EventTest> Read(std::string_view query) {
    auto patterns = ExpandTarget(ToLower(Trim(query)));
    if (!patterns.ok()) return patterns.error();
    EventTest test;
    for (std::string& pattern : *patterns) {
      test.of_alerts_.push_back(pattern);
      test.in_kind_.push_back(kAnyText + pattern + kAnyText);
      test.in_words_.push_back(kAnyText + (' ' + pattern) + ' ' + kAnyText);
      test.of_interface_.push_back(std::move(pattern));
    }
    return test;
  }

  bool Accepts(const Event& event) const {
    return MatchesAny(of_interface_, event.interface) || MatchesAny(in_kind_, event.kind) ||
           MatchesAny(in_words_, WordsOf(event));
  }
  // Alerts are asked for by name.
  bool Accepts(const model::AlertContent& content) const {
    return std::ranges::any_of(
        NamesOf(content), [this](const std::string& name) { return MatchesAny(of_alerts_, name); });
  }

 private:
  EventTest() = default;
  static bool MatchesAny(const std::vector<std::string>& patterns, std::string_view text) {
    return std::ranges::any_of(patterns, [lower = ToLower(text)](const std::string& pattern) {
      return MatchesPattern(pattern, lower);
    });
  }

  std::vector<std::string> of_interface_, in_kind_, in_words_, of_alerts_;
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

std::string TitleOf(const model::AlertContent& content) {
  std::string title = content.type;
  std::ranges::replace(title, '_', ' ');
  return content.subject.name.empty() ? title : content.subject.name + ": " + title;
}

int64_t UnixMilliseconds(Timestamp time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

// A region, but for an event without duration. What is engaged reaches until now.
void WriteAlert(json::Writer& writer, const model::Alert& alert, Timestamp now,
                json::ParsedValue annotation) {
  const model::AlertContent& content = alert.content;
  const int64_t begin = UnixMilliseconds(alert.raised_at);
  writer.BeginObject();
  if (writer.Key("annotation")) annotation.WriteTo(writer);
  writer.Field("time", begin);
  if (alert.is_engaged() || alert.end) {
    const int64_t end = UnixMilliseconds(alert.released_at.value_or(now));
    writer.Field("timeEnd", std::max(begin, end));
    writer.Field("isRegion", true);
  }
  writer.Field("title", TitleOf(content));
  writer.Field("text", content.text);
  if (writer.BeginArray("tags")) {
    for (const auto& [key, value] : TagsOf(content)) writer.Value(value);
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
  const auto accepts = [&test](const model::AlertContent& content) {
    return test->Accepts(content);
  };
  const auto alerts = ReadAlerts(view, *range, {}, timeseries::Archive::kMostEvents, accepts);
  if (!alerts.ok()) return ErrorAnswer(alerts.error());
  const Timestamp now = view.dependencies.clock.Now();
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (const Event& event : events) WriteEvent(writer, event, annotation);
  for (auto alert = alerts->rbegin(); alert != alerts->rend(); ++alert) {
    WriteAlert(writer, **alert, now, annotation);
  }
  writer.EndArray();
  return http::JsonResponse(std::move(out));
}

}  // namespace wiregauge::grafana
