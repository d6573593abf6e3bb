// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "base/text.h"
#include "publish/grafana/answer.h"
#include "publish/grafana/filter.h"
#include "publish/grafana/handlers.h"
#include "publish/grafana/options.h"
#include "publish/grafana/range.h"
#include "publish/grafana/resolve.h"
#include "publish/grafana/script_answer.h"
#include "publish/grafana/series.h"
#include "publish/grafana/tables.h"

namespace wiregauge::grafana {
namespace {

using timeseries::Line;
using timeseries::Metric;

// Of all lines and tables of an answer: tens of MB.
constexpr size_t kMostAnswerPoints = 1'000'000;
constexpr size_t kPointsOfRow = 10;  // a table's row, or what a line is called, is as long
// What is read for an answer: a few seconds' work.
constexpr size_t kMostSeries = 20'000, kMostTables = 50;
constexpr double kMostStepSeconds = 1e9;
// Each may take as long as a request to it.
constexpr size_t kMostScriptRuns = 10;

Error Refusal(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

// One of the request's targets.
struct Asked {
  std::optional<std::string> ref_id;
  bool as_table = false;
  Options options;
  Resolved named;
  std::vector<std::vector<http::Parameter>> script_options;  // of each of the scripts it names
};

size_t RowsOf(const Options& options) { return options.limit.value_or(kDefaultRows); }

// Nothing: it is hidden, or nothing is chosen in it.
std::optional<std::string_view> TargetName(json::ParsedValue target) {
  const auto name = target["target"].text();
  if (!name || name->empty() || *name == kPlaceholder) return std::nullopt;
  if (target["hide"].boolean().value_or(false)) return std::nullopt;
  return name;
}

Result<std::vector<Asked>> ReadTargets(json::ParsedValue targets, const View& view,
                                       const std::vector<Table>& tables) {
  if (!targets.is_array()) return Refusal("The request has no array \"targets\".");
  std::vector<Asked> all;
  Resolver resolver(view.catalogue, tables, view.scripts);
  for (size_t i = 0; i < targets.size(); ++i) {
    const json::ParsedValue target = targets.at(i);
    const auto name = TargetName(target);
    if (!name) continue;
    Asked asked;
    if (const auto ref_id = target["refId"].text()) asked.ref_id = std::string(*ref_id);
    asked.as_table = target["type"].text() == "table";
    auto named = resolver.Resolve(*name);
    if (!named.ok()) return named.error();
    asked.named = std::move(named).value();
    for (const ScriptTarget* const script : asked.named.scripts) {
      asked.script_options.push_back(ReadScriptOptions(target, *script));
    }
    // A script's own options may be called like ours.
    if (asked.named.scripts.empty()) {
      const auto options = Options::Read(target);
      if (!options.ok()) return options.error();
      asked.options = *options;
    }
    all.push_back(std::move(asked));
  }
  return all;
}

// How fine a panel wants it: not finer than its interval, and no more points than it has pixels.
timeseries::Question ReadQuestion(json::ParsedValue request, timeseries::Range range) {
  timeseries::Question question{.range = range, .step_seconds = {}, .aggregation = {}};
  const auto most = request["maxDataPoints"].number();
  if (most && *most >= 1) {
    question.max_points =
        static_cast<size_t>(std::min(*most, static_cast<double>(timeseries::Archive::kMostPoints)));
  }
  const auto interval_ms = request["intervalMs"].number();
  const bool has_interval = interval_ms && *interval_ms > 0;
  if (!has_interval && !most) return question;
  if (!most) question.max_points = timeseries::Archive::kMostPoints;
  // A range that begins within a step needs one more than it is long.
  const auto seconds = static_cast<double>(range.to - range.from);
  const auto points = static_cast<double>(std::max<size_t>(question.max_points, 2) - 1);
  double step = 1;
  if (has_interval) step = std::max(step, std::ceil(*interval_ms / 1000));
  if (most) step = std::max(step, std::ceil(seconds / points));
  question.step_seconds = static_cast<uint32_t>(std::min(step, kMostStepSeconds));
  return question;
}

// Reads what the targets of one request name, each thing once however often it is asked for.
class Reader {
 public:
  Reader(const View& view, timeseries::Question question, Filters filters)
      : view_(view), question_(question), filters_(std::move(filters)) {}

  timeseries::Range range() const { return question_.range; }

  // What is pointed to lives as long as the reader.
  Result<const std::vector<Line>*> Lines(const Metric& metric, const Options& options) {
    timeseries::Question question = question_;
    if (metric.measure->form == timeseries::Form::kTotal) question.step_seconds.reset();
    question.aggregation = options.aggregation;
    question.max_lines = RowsOf(options);
    const LinesKey key(&metric, question.aggregation, metric.is_all ? question.max_lines : 0);
    if (const auto known = lines_.find(key); known != lines_.end()) return &known->second;
    series_ += metric.parts.size();
    if (series_ > kMostSeries) return TooMany(kMostSeries, "series");
    auto lines = EvaluateLines(*view_.dependencies.archive, metric, question, filters_);
    if (!lines.ok()) return lines.error();
    return &lines_.emplace(key, std::move(lines).value()).first->second;
  }

  Result<const TableRows*> Rows(const Table& table) {
    if (const auto known = rows_.find(&table); known != rows_.end()) return &known->second;
    if (rows_.size() == kMostTables) return TooMany(kMostTables, "tables");
    auto rows = ReadTable(table, question_.range, filters_, view_);
    if (!rows.ok()) return rows.error();
    return &rows_.emplace(&table, std::move(rows).value()).first->second;
  }

 private:
  using LinesKey = std::tuple<const Metric*, std::optional<timeseries::Aggregation>, size_t>;

  static Error TooMany(size_t most, std::string_view what) {
    return Refusal("The targets stand for more than " + std::to_string(most) + " " +
                   std::string(what) + ": narrow them down.");
  }

  const View& view_;
  const timeseries::Question question_;
  const Filters filters_;
  std::map<LinesKey, std::vector<Line>> lines_;
  std::map<const Table*, TableRows> rows_;
  size_t series_ = 0;  // that were read
};

// Asks what the scripts say that the targets of one request name, each question once.
class ScriptReader {
 public:
  // Borrows the request; of the question only the scripts' names and options are missing.
  ScriptReader(const Request& request, ScriptQuestion question, ScriptRunner* runner)
      : request_(request), question_(std::move(question)), runner_(runner) {}

  // What is pointed to lives as long as the reader.
  std::variant<const ScriptAnswer*, Response> Read(const ScriptTarget& target,
                                                   const std::vector<http::Parameter>& options) {
    std::string key = target.name;
    for (const http::Parameter& option : options) key += '\0' + option.name + '\0' + option.value;
    if (const auto known = answers_.find(key); known != answers_.end()) return &known->second;
    if (answers_.size() == kMostScriptRuns) {
      return ErrorAnswer(Refusal("The targets ask for more than " +
                                 std::to_string(kMostScriptRuns) + " runs of scripts."));
    }
    question_.name = target.name;
    question_.options = options;
    const Response response = runner_->Run(question_, request_);
    if (response.status >= 400) return ScriptProblem(response);
    auto answer = ScriptAnswer::Read(target, response.body);
    if (!answer.ok()) return http::ProblemResponse(500, answer.error().message, kForm);
    return &answers_.emplace(key, std::move(answer).value()).first->second;
  }

 private:
  static constexpr http::ErrorForm kForm = http::ErrorForm::kMessage;

  const Request& request_;
  ScriptQuestion question_;
  ScriptRunner* const runner_;
  std::map<std::string, ScriptAnswer> answers_;
};

ScriptQuestion ReadScriptQuestion(json::ParsedValue request, timeseries::Range range) {
  ScriptQuestion question;
  question.from_ms = range.from * 1000;
  question.to_ms = range.to * 1000;
  const auto whole = [&](const char* name) -> std::optional<int64_t> {
    const auto number = request[name].number();
    if (!number || !(*number >= 0 && *number < kMostStepSeconds * 1000)) return std::nullopt;
    return static_cast<int64_t>(*number);
  };
  question.interval_ms = whole("intervalMs");
  question.max_data_points = whole("maxDataPoints");
  return question;
}

// Puts the answer together, target by target.
class Answer {
 public:
  Answer(Reader& reader, ScriptReader& scripts, const std::vector<Asked>& all)
      : reader_(reader), scripts_(scripts), titles_(MetricsOf(all)) {
    writer_.BeginArray();
  }

  Status Add(const Asked& asked) {
    std::vector<Series> all;
    for (const Metric* const metric : asked.named.metrics) {
      const auto lines = reader_.Lines(*metric, asked.options);
      if (!lines.ok()) return lines.error();
      for (const Line& line : **lines) {
        if (Status status = Count(kPointsOfRow + line.values.size()); !status.ok()) return status;
        all.push_back({titles_.Of(*metric, line), metric, &line});
      }
    }
    WriteAll(all, asked);
    for (const Table* const table : asked.named.tables) {
      const auto rows = reader_.Rows(*table);
      if (!rows.ok()) return rows.error();
      const size_t limit = RowsOf(asked.options);
      const size_t points = kPointsOfRow * std::min(limit, (*rows)->size());
      if (Status status = Count(points); !status.ok()) return status;
      WriteTable(writer_, *table, **rows, limit, asked.ref_id);
    }
    return {};
  }

  // The answer instead, when a script cannot be told of.
  std::optional<Response> AddScripts(const Asked& asked) {
    for (size_t i = 0; i < asked.named.scripts.size(); ++i) {
      auto read = scripts_.Read(*asked.named.scripts[i], asked.script_options[i]);
      if (auto* const refusal = std::get_if<Response>(&read)) return std::move(*refusal);
      const ScriptAnswer& answer = *std::get<0>(read);
      if (Status status = Count(answer.points()); !status.ok()) return ErrorAnswer(status.error());
      answer.Write(writer_, asked.as_table, asked.ref_id);
    }
    return std::nullopt;
  }

  std::string Take() {
    writer_.EndArray();
    return std::move(body_);
  }

 private:
  static std::vector<const Metric*> MetricsOf(const std::vector<Asked>& all) {
    std::vector<const Metric*> metrics;
    for (const Asked& asked : all) {
      metrics.insert(metrics.end(), asked.named.metrics.begin(), asked.named.metrics.end());
    }
    return metrics;
  }

  void WriteAll(const std::vector<Series>& all, const Asked& asked) {
    if (asked.as_table && !asked.named.metrics.empty()) {
      WriteSeriesTable(writer_, all, reader_.range(), asked.ref_id);
    } else {
      for (const Series& series : all) WriteSeries(writer_, series, reader_.range(), asked.ref_id);
    }
  }

  Status Count(size_t points) {
    points_ += points;
    if (points_ <= kMostAnswerPoints) return {};
    return Refusal("The answer would have more than " + std::to_string(kMostAnswerPoints) +
                   " points: ask for fewer metrics, a longer interval or a shorter range.");
  }

  Reader& reader_;
  ScriptReader& scripts_;
  const Titles titles_;
  size_t points_ = 0;
  std::string body_;
  json::Writer writer_{body_};
};

}  // namespace

std::vector<std::string> ScriptsNamedBy(const Request& request,
                                        const std::vector<ScriptTarget>& scripts) {
  std::vector<std::string> names;
  if (scripts.empty()) return names;
  const auto body = ReadBody(request);
  if (!body.ok()) return names;
  const timeseries::Catalogue nothing{std::vector<history::SeriesInfo>()};
  const std::vector<Table> no_tables;
  Resolver resolver(nothing, no_tables, scripts);
  const json::ParsedValue targets = body->root()["targets"];
  for (size_t i = 0; i < targets.size(); ++i) {
    const auto name = TargetName(targets.at(i));
    if (!name) continue;
    const auto named = resolver.Resolve(*name);
    if (!named.ok()) break;  // the query will say so
    for (const ScriptTarget* const script : named->scripts) {
      if (std::ranges::find(names, script->name) == names.end()) names.push_back(script->name);
    }
  }
  return names;
}

Response Query(const Request& request, const View& view, ScriptRunner* runner) {
  const auto body = ReadBody(request);
  if (!body.ok()) return ErrorAnswer(body.error());
  const json::ParsedValue root = body->root();
  const auto range = ReadRange(root["range"], view.dependencies.clock.Now());
  if (!range.ok()) return ErrorAnswer(range.error());
  auto filters = Filters::Read(root);
  if (!filters.ok()) return ErrorAnswer(filters.error());
  const std::vector<Table> tables = ListTables(view);
  const auto targets = ReadTargets(root["targets"], view, tables);
  if (!targets.ok()) return ErrorAnswer(targets.error());

  Reader reader(view, ReadQuestion(root, *range), std::move(filters).value());
  ScriptReader scripts(request, ReadScriptQuestion(root, *range), runner);
  Answer answer(reader, scripts, *targets);
  for (const Asked& asked : *targets) {
    if (Status status = answer.Add(asked); !status.ok()) return ErrorAnswer(status.error());
    if (auto refusal = answer.AddScripts(asked)) return *std::move(refusal);
  }
  return http::JsonResponse(answer.Take());
}

}  // namespace wiregauge::grafana
