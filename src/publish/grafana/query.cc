// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "publish/grafana/answer.h"
#include "publish/grafana/filter.h"
#include "publish/grafana/handlers.h"
#include "publish/grafana/options.h"
#include "publish/grafana/range.h"
#include "publish/grafana/resolve.h"
#include "publish/grafana/series.h"
#include "publish/grafana/tables.h"

namespace wiregauge::grafana {
namespace {

using timeseries::Metric;

// Of all lines of an answer: tens of MB.
constexpr size_t kMostAnswerPoints = 1'000'000;
constexpr double kMostStepSeconds = 1e9;

Error Refusal(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

// One of the request's targets.
struct Asked {
  std::optional<std::string> ref_id;
  bool as_table = false;
  Options options;
  Resolved named;
};

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
  Resolver resolver(view.catalogue, tables);
  for (size_t i = 0; i < targets.size(); ++i) {
    const json::ParsedValue target = targets.at(i);
    const auto name = TargetName(target);
    if (!name) continue;
    Asked asked;
    if (const auto ref_id = target["refId"].text()) asked.ref_id = std::string(*ref_id);
    asked.as_table = target["type"].text() == "table";
    auto options = Options::Read(target);
    if (!options.ok()) return options.error();
    asked.options = *options;
    auto named = resolver.Resolve(*name);
    if (!named.ok()) return named.error();
    asked.named = std::move(named).value();
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

// Puts the answer together, target by target.
class Answer {
 public:
  Answer(const View& view, timeseries::Question question, Filters filters,
         const std::vector<Asked>& all)
      : view_(view), question_(question), filters_(std::move(filters)), titles_(MetricsOf(all)) {
    writer_.BeginArray();
  }

  Status Add(const Asked& asked) {
    std::vector<Series> all;
    for (const Metric* const metric : asked.named.metrics) {
      if (Status status = Evaluate(*metric, asked, all); !status.ok()) return status;
    }
    if (asked.as_table && !asked.named.metrics.empty()) {
      WriteSeriesTable(writer_, all, question_.range, asked.ref_id);
    } else {
      for (const Series& series : all) WriteSeries(writer_, series, question_.range, asked.ref_id);
    }
    for (const Table* const table : asked.named.tables) {
      const TableQuestion question{question_.range, filters_,
                                   asked.options.limit.value_or(kDefaultRows), asked.ref_id};
      if (Status status = WriteTable(writer_, *table, question, view_); !status.ok()) {
        return status;
      }
    }
    return {};
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

  Status Evaluate(const Metric& metric, const Asked& asked, std::vector<Series>& all) {
    timeseries::Question question = question_;
    if (metric.measure->form == timeseries::Form::kTotal) question.step_seconds.reset();
    question.aggregation = asked.options.aggregation;
    question.max_lines = asked.options.limit.value_or(kDefaultRows);
    auto lines = EvaluateLines(*view_.dependencies.archive, metric, question, filters_);
    if (!lines.ok()) return lines.error();
    for (timeseries::Line& line : *lines) {
      points_ += line.values.size();
      std::string title = titles_.Of(metric, line);
      all.push_back({std::move(title), &metric, std::move(line)});
    }
    if (points_ <= kMostAnswerPoints) return {};
    return Refusal("The answer would have more than " + std::to_string(kMostAnswerPoints) +
                   " points: ask for fewer metrics, a longer interval or a shorter range.");
  }

  const View& view_;
  const timeseries::Question question_;
  const Filters filters_;
  const Titles titles_;
  size_t points_ = 0;
  std::string body_;
  json::Writer writer_{body_};
};

}  // namespace

Response Query(const Request& request, const View& view) {
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

  Answer answer(view, ReadQuestion(root, *range), std::move(filters).value(), *targets);
  for (const Asked& asked : *targets) {
    if (Status status = answer.Add(asked); !status.ok()) return ErrorAnswer(status.error());
  }
  return http::JsonResponse(answer.Take());
}

}  // namespace wiregauge::grafana
