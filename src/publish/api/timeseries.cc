// SPDX-License-Identifier: Apache-2.0
#include "timeseries/archive.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "publish/api/handlers.h"
#include "publish/api/moment.h"
#include "publish/api/page.h"
#include "publish/api/responses.h"
#include "publish/json/text_forms.h"

namespace wiregauge::api {
namespace {

using timeseries::Archive;
using timeseries::Line;
using timeseries::Metric;
using timeseries::Range;
using View = snapshot::Snapshot;

constexpr Duration kDefaultRange = std::chrono::hours(1);
constexpr uint64_t kDefaultPoints = 1000;
constexpr uint64_t kDefaultLines = 20, kMostLines = 1000;
constexpr int64_t kMostStepSeconds = 10 * 366 * 86400;

Response HistoryIsOff() {
  return http::ProblemResponse(404, "There is no history: the setting history.enabled is false.");
}

// The store's errors name its file.
Response HistoryFailed(const Error& error) {
  if (error.code == ErrorCode::kInvalidArgument) return http::ErrorResponse(error, "step");
  log::Error("api", "history cannot be read", {{"error", error.message}});
  return http::ProblemResponse(503, "History cannot be read just now; the log says why.");
}

struct Row {
  const Metric* metric = nullptr;
};

std::string RowId(const Row& row) { return row.metric->name; }

constexpr SortField<Row> kSorts[] = {
    {"name", [](const Row&, const View&) { return SortKey{0}; }, true},
    {"step_seconds",
     [](const Row& row, const View&) { return KeyOf(uint64_t{row.metric->step_seconds}); }},
};

constexpr std::string_view kFields[] = {"name", "interface",    "kind", "object",
                                        "unit", "step_seconds", "help"};

std::string_view ObjectOf(const Metric& metric) {
  return metric.is_all ? std::string_view() : std::string_view(metric.parts.front().object);
}

void WriteMetric(json::Writer& writer, const Row& row) {
  const Metric& metric = *row.metric;
  const std::string_view object = ObjectOf(metric);
  writer.BeginObject();
  writer.Field("name", metric.name);
  writer.Field("interface",
               metric.interface.empty() ? std::nullopt : std::optional(metric.interface));
  writer.Field("kind", metric.kind->name);
  writer.Field("object", object.empty() ? std::nullopt : std::optional(object));
  writer.Field("unit", metric.unit());
  writer.Field("step_seconds", metric.step_seconds);
  writer.Field("help", metric.help());
  writer.EndObject();
}

// Whole seconds around [from, to). Default: the last hour, by the clock on the wall.
Range ReadRange(Query& query, Timestamp now) {
  const Timestamp to = ReadMoment(query, "to", now).value_or(now);
  const Timestamp from = ReadMoment(query, "from", now).value_or(to - kDefaultRange);
  if (from >= to) query.Refuse("from", "from: it is not before to.");
  const bool is_whole = std::chrono::floor<std::chrono::seconds>(to) == to;
  return {UnixSeconds(from), UnixSeconds(to) + (is_whole ? 0 : 1)};
}

std::optional<uint32_t> ReadStep(Query& query) {
  const std::string* const text = query.One("step");
  if (text == nullptr) return std::nullopt;
  const auto step = ParseDuration(*text);
  const auto seconds = step ? std::chrono::duration_cast<std::chrono::seconds>(*step).count() : 0;
  const bool is_whole = step && std::chrono::seconds(seconds) == *step;
  if (!is_whole || seconds < 1 || seconds > kMostStepSeconds) {
    query.Refuse("step", *text, "a duration of whole seconds, such as 10s, 1m or 1h");
    return std::nullopt;
  }
  return static_cast<uint32_t>(seconds);
}

std::optional<timeseries::Aggregation> ReadAggregation(Query& query) {
  const std::string* const text = query.One("aggregation");
  if (text == nullptr) return std::nullopt;
  const auto aggregation = timeseries::ParseAggregation(*text);
  if (!aggregation) query.Refuse("aggregation", *text, timeseries::kAggregationNames);
  return aggregation;
}

timeseries::Question ReadQuestion(Query& query, Timestamp now) {
  timeseries::Question question;
  question.range = ReadRange(query, now);
  question.step_seconds = ReadStep(query);
  question.aggregation = ReadAggregation(query);
  question.max_lines = query.Number("limit", 1, kMostLines).value_or(kDefaultLines);
  // So that all lines are in one answer.
  const uint64_t points = std::min(kDefaultPoints, Archive::kMostPoints / (question.max_lines + 1));
  question.max_points = query.Number("max_points", 1, Archive::kMostPoints).value_or(points);
  return question;
}

void RefuseOtherThanSums(const std::vector<const Metric*>& metrics,
                         const timeseries::Question& question, Query& query) {
  using timeseries::Aggregation;
  if (question.aggregation.value_or(Aggregation::kSum) == Aggregation::kSum) return;
  for (const Metric* const metric : metrics) {
    if (metric->measure->form != timeseries::Form::kTotal) continue;
    query.Refuse("aggregation", "aggregation: " + metric->name + " is a total: only sum works.");
    return;
  }
}

// `metric`, one or more. A name that holds commas may be given alone.
std::vector<const Metric*> ReadMetrics(const Request& request, Query& query,
                                       const timeseries::Catalogue& catalogue) {
  std::vector<const Metric*> metrics;
  const auto add = [&](std::string_view name) {
    const Metric* const metric = catalogue.Find(name);
    if (metric != nullptr) {
      metrics.push_back(metric);
    } else {
      query.Refuse("metric", name, "a metric that there is; see /api/v1/timeseries");
    }
  };
  for (const http::Parameter& parameter : request.query) {
    if (parameter.name != "metric") continue;
    if (catalogue.Find(parameter.value) != nullptr) {
      add(parameter.value);
    } else {
      for (const std::string_view name : Split(parameter.value, ',')) add(Trim(name));
    }
  }
  if (metrics.empty()) query.Refuse("metric", "metric: it is missing; see /api/v1/timeseries.");
  return metrics;
}

bool ReadWantsCsv(const Request& request, Query& query) {
  const std::string* const format = query.One("format");
  if (format == nullptr) {
    const std::string* const accept = request.FindHeader("accept");
    return accept != nullptr && accept->starts_with("text/csv");
  }
  if (*format != "json" && *format != "csv") query.Refuse("format", *format, "json or csv");
  return *format == "csv";
}

struct MetricLines {
  const Metric* metric = nullptr;
  int64_t step_seconds = 0;
  std::vector<Line> lines;
};

// One value of one line.
struct Cell {
  int64_t unix_second = 0;
  const MetricLines* metric = nullptr;
  const Line* line = nullptr;
  std::optional<double> value;
};

Result<std::vector<MetricLines>> Evaluate(const Archive& archive,
                                          const std::vector<const Metric*>& metrics,
                                          const timeseries::Question& question) {
  std::vector<MetricLines> all;
  size_t points = 0;
  for (const Metric* const metric : metrics) {
    auto lines = archive.Evaluate(*metric, question);
    if (!lines.ok()) return lines.error();
    for (const Line& line : *lines) points += line.values.size();
    if (points > Archive::kMostPoints) {
      return Error{ErrorCode::kInvalidArgument,
                   "more than " + std::to_string(Archive::kMostPoints) +
                       " points in one answer: ask for a longer step, a shorter range or fewer "
                       "metrics"};
    }
    const int64_t step = lines->empty() ? metric->step_seconds : lines->front().step_seconds;
    all.push_back({metric, step, std::move(lines).value()});
  }
  return all;
}

// Ascending by time; of one time in the order of the metrics.
std::vector<Cell> CellsOf(const std::vector<MetricLines>& metrics) {
  std::vector<Cell> cells;
  for (const MetricLines& metric : metrics) {
    for (const Line& line : metric.lines) {
      for (size_t i = 0; i < line.values.size(); ++i) {
        cells.push_back({line.from + static_cast<int64_t>(i) * line.step_seconds, &metric, &line,
                         line.values[i]});
      }
    }
  }
  std::ranges::stable_sort(cells, {}, &Cell::unix_second);
  return cells;
}

json::TextForm TimeOf(const Cell& cell) {
  return json::TextForm(Timestamp(std::chrono::seconds(cell.unix_second)));
}

// A collection of one page. `write(row)` writes the members of an item.
template <typename Row, typename Write>
void WriteWhole(json::Writer& writer, const std::vector<Row>& rows, Write write) {
  if (writer.BeginArray("items")) {
    for (const Row& row : rows) {
      writer.BeginObject();
      write(row);
      writer.EndObject();
    }
    writer.EndArray();
  }
  writer.Field("next_cursor", nullptr);
  writer.Field("total", rows.size());
}

Response RespondJson(const std::vector<MetricLines>& metrics) {
  std::string body;
  json::Writer writer(body);
  writer.BeginObject();
  WriteWhole(writer, CellsOf(metrics), [&](const Cell& cell) {
    writer.Field("time", TimeOf(cell).view());
    writer.Field("metric", cell.metric->metric->name);
    writer.Field("series", cell.line->name);
    writer.Field("value", cell.value);
  });
  if (writer.BeginArray("metrics")) {
    for (const MetricLines& metric : metrics) {
      writer.BeginObject();
      writer.Field("name", metric.metric->name);
      writer.Field("unit", metric.metric->unit());
      writer.Field("step_seconds", metric.step_seconds);
      writer.EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject();
  return http::JsonResponse(std::move(body));
}

// RFC 4180 section 2.
void AppendCsvField(std::string_view text, std::string& out) {
  if (text.find_first_of("\",\r\n") == std::string_view::npos) {
    out.append(text);
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

Response RespondCsv(const std::vector<MetricLines>& metrics) {
  std::string body = "time,metric,series,value\r\n";
  for (const Cell& cell : CellsOf(metrics)) {
    body.append(TimeOf(cell).view()).append(1, ',');
    AppendCsvField(cell.metric->metric->name, body);
    body += ',';
    AppendCsvField(cell.line->name, body);
    body += ',';
    if (cell.value) json::Writer(body).Value(*cell.value);
    body += "\r\n";
  }
  return {.status = 200,
          .content_type = "text/csv; charset=utf-8",
          .body = std::move(body),
          .headers = {{"Vary", "Accept"}}};
}

std::string KindNames() {
  std::string names;
  for (const timeseries::Kind& kind : timeseries::AllKinds()) {
    names += (names.empty() ? "" : ", ") + std::string(kind.name);
  }
  return names;
}

// "interface_eth0_allhosts_bps": the metric that tells all objects of a kind.
std::string AllMetricName(const std::string& interface, const timeseries::Kind& kind) {
  return "interface_" + interface + "_" + std::string(kind.all_suffix);
}

std::vector<std::string> RankedKinds() {
  std::vector<std::string> names;
  for (const timeseries::Kind& kind : timeseries::AllKinds()) {
    if (timeseries::IsRanked(kind)) names.emplace_back(kind.name);
  }
  return names;
}

const timeseries::Kind* ReadRankedKind(Query& query) {
  const std::string* const by = query.One("by");
  const std::vector<std::string> kinds = RankedKinds();
  if (by != nullptr && std::ranges::count(kinds, *by) > 0) return timeseries::FindKind(*by);
  std::string names;
  for (const std::string& name : kinds) names += (names.empty() ? "" : ", ") + name;
  if (by == nullptr) {
    query.Refuse("by", "by: it is missing; there are: " + names + ".");
  } else {
    query.Refuse("by", *by, "one of " + names);
  }
  return nullptr;
}

std::string ThereAre(const timeseries::Catalogue& catalogue) {
  std::string names;
  for (const std::string& name : catalogue.interfaces())
    names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? "there is no history yet" : "there are: " + names;
}

// `interface`, any of. Those that are gone have their history still.
std::vector<std::string_view> ReadKnownInterfaces(Query& query,
                                                  const timeseries::Catalogue& catalogue) {
  return query.AnyOf<std::string_view>(
      "interface", "an interface with history; " + ThereAre(catalogue), [&](std::string_view name) {
        const bool is_known = std::ranges::count(catalogue.interfaces(), name) > 0;
        return is_known ? std::optional(name) : std::nullopt;
      });
}

// The interface that is asked for; it may be left out where there is only one.
std::string ReadOneInterface(Query& query, const timeseries::Catalogue& catalogue) {
  const std::string* const name = query.One("interface");
  const std::vector<std::string>& known = catalogue.interfaces();
  if (name == nullptr && known.size() == 1) return known.front();
  if (name != nullptr && std::ranges::count(known, *name) > 0) return *name;
  if (name == nullptr) {
    query.Refuse("interface", "interface: it is missing; " + ThereAre(catalogue) + ".");
  } else {
    query.Refuse("interface", *name, "an interface with history; " + ThereAre(catalogue));
  }
  return {};
}

}  // namespace

Response ListTimeseries(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {"interface", "kind", "text",  "limit",
                                                     "cursor",    "sort", "fields"};
  if (dependencies.archive == nullptr) return HistoryIsOff();
  Query query(request, kParameters);
  const json::FieldCatalogue fields(kFields);
  const PageRequest<Row> page(query, kSorts, "name", fields);
  const auto catalogue = dependencies.archive->catalogue(request.identity.get());
  const auto interfaces = ReadKnownInterfaces(query, *catalogue);
  const auto kinds =
      query.AnyOf<std::string_view>("kind", "one of " + KindNames(), [](std::string_view text) {
        const timeseries::Kind* const kind = timeseries::FindKind(text);
        return kind == nullptr ? std::nullopt : std::optional(kind->name);
      });
  std::vector<std::string> texts;
  for (const std::string_view text : query.AnyOf("text")) texts.push_back(ToLower(text));
  if (auto refusal = query.refusal()) return *refusal;

  std::vector<Row> rows;
  for (const Metric& metric : catalogue->metrics()) {
    const bool is_chosen =
        (interfaces.empty() || Contains(interfaces, std::string_view(metric.interface))) &&
        (kinds.empty() || Contains(kinds, metric.kind->name)) &&
        (texts.empty() || std::ranges::any_of(texts, [&](const std::string& text) {
           return HoldsIgnoringCase(metric.name, text);
         }));
    if (is_chosen) rows.push_back({&metric});
  }
  return page.RespondWith(rows, View(), WriteMetric);
}

Response QueryTimeseries(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {
      "metric", "from", "to", "step", "max_points", "aggregation", "limit", "format"};
  if (dependencies.archive == nullptr) return HistoryIsOff();
  Query query(request, kParameters);
  const auto catalogue = dependencies.archive->catalogue(request.identity.get());
  const auto metrics = ReadMetrics(request, query, *catalogue);
  const timeseries::Question question = ReadQuestion(query, dependencies.clock.Now());
  RefuseOtherThanSums(metrics, question, query);
  const bool wants_csv = ReadWantsCsv(request, query);
  if (auto refusal = query.refusal()) return *refusal;
  const auto lines = Evaluate(*dependencies.archive, metrics, question);
  if (!lines.ok()) return HistoryFailed(lines.error());
  return wants_csv ? RespondCsv(*lines) : RespondJson(*lines);
}

Response RankTimeseries(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {"by", "interface", "from", "to", "limit"};
  if (dependencies.archive == nullptr) return HistoryIsOff();
  Query query(request, kParameters);
  const auto catalogue = dependencies.archive->catalogue(request.identity.get());
  const timeseries::Kind* const kind = ReadRankedKind(query);
  const std::string interface = ReadOneInterface(query, *catalogue);
  const Range range = ReadRange(query, dependencies.clock.Now());
  const size_t limit = query.Number("limit", 1, kMostLines).value_or(kDefaultLines);
  if (auto refusal = query.refusal()) return *refusal;
  std::vector<timeseries::TopRow> rows;
  if (const Metric* const metric = catalogue->Find(AllMetricName(interface, *kind))) {
    auto top = dependencies.archive->Top(*metric, range, limit);
    if (!top.ok()) return HistoryFailed(top.error());
    rows = std::move(top).value();
  }
  std::string body;
  json::Writer writer(body);
  writer.BeginObject();
  WriteWhole(writer, rows, [&](const timeseries::TopRow& row) {
    writer.Field("interface", interface);
    writer.Field("kind", kind->name);
    writer.Field("object", row.object);
    writer.Field("bytes", row.bytes);
    writer.Field("average_bps", row.bits_per_second);
  });
  writer.EndObject();
  return http::JsonResponse(std::move(body));
}

Response ListEvents(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {"interface", "kind", "from", "to"};
  if (dependencies.archive == nullptr) return HistoryIsOff();
  Query query(request, kParameters);
  const auto catalogue = dependencies.archive->catalogue(request.identity.get());
  const auto interfaces = ReadKnownInterfaces(query, *catalogue);
  const auto kinds = query.AnyOf("kind");
  const Range range = ReadRange(query, dependencies.clock.Now());
  if (auto refusal = query.refusal()) return *refusal;
  auto events =
      dependencies.archive->Events(range, request.identity.get(), [&](const history::Event& event) {
        return (interfaces.empty() || Contains(interfaces, std::string_view(event.interface))) &&
               (kinds.empty() || Contains(kinds, std::string_view(event.kind)));
      });
  if (!events.ok()) return HistoryFailed(events.error());
  std::string body;
  json::Writer writer(body);
  writer.BeginObject();
  WriteWhole(writer, *events, [&](const history::Event& event) {
    writer.Field("time",
                 json::TextForm(Timestamp(std::chrono::milliseconds(event.unix_ms))).view());
    writer.Field("interface",
                 event.interface.empty() ? std::nullopt : std::optional(event.interface));
    writer.Field("kind", event.kind);
    writer.Field("text", event.text);
  });
  writer.EndObject();
  return http::JsonResponse(std::move(body));
}

}  // namespace wiregauge::api
