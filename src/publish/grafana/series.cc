// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/series.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "publish/grafana/columns.h"

namespace wiregauge::grafana {
namespace {

using timeseries::Form;
using timeseries::Line;
using timeseries::Metric;

// What Grafana calls the unit; empty: it has none for it.
std::string_view UnitOf(const timeseries::Measure& measure) {
  switch (measure.form) {
    case Form::kBitsPerSecond:
      return "bps";
    case Form::kPerSecond:
      return "pps";
    case Form::kTotal:
      return measure.unit == "bytes" ? "bytes" : "short";
    case Form::kCount:
    case Form::kGauge:
      return "short";
  }
  return "short";
}

// The host whose lines an "all..." metric has; empty: it is the interface's.
std::string HostOf(const Metric& metric) {
  if (metric.kind->naming != timeseries::Naming::kPart) return {};
  for (const auto& [key, value] : metric.parts.front().tags) {
    if (key == "host") return value;
  }
  return {};
}

}  // namespace

Result<std::vector<Line>> EvaluateLines(const timeseries::Archive& archive, const Metric& metric,
                                        const timeseries::Question& question,
                                        const Filters& filters) {
  const Metric* asked = &metric;
  Metric accepted;
  if (!filters.empty()) {
    accepted = metric;
    std::erase_if(accepted.parts, [&](const auto& part) { return !filters.Accept(part.tags); });
    if (accepted.parts.empty()) return std::vector<Line>();
    asked = &accepted;
  }
  auto lines = archive.Evaluate(*asked, question);
  if (!lines.ok()) return lines;
  for (Line& line : *lines) {
    if (line.values.size() != question.max_points + 1) continue;
    line.values.erase(line.values.begin());
    line.from += line.step_seconds;
  }
  return lines;
}

Titles::Titles(const std::vector<const Metric*>& metrics) {
  std::set<std::string> interfaces, hosts;
  for (const Metric* const metric : metrics) {
    if (!metric->is_all) continue;
    interfaces.insert(metric->interface);
    hosts.insert(HostOf(*metric));
  }
  tell_interface_ = interfaces.size() > 1;
  tell_host_ = hosts.size() > 1;
}

std::string Titles::Of(const Metric& metric, const Line& line) const {
  if (!metric.is_all) return line.name;
  std::string title;
  const std::string host = tell_host_ ? HostOf(metric) : std::string();
  if (!host.empty()) title += host + " ";
  if (tell_interface_ && !metric.interface.empty()) title += metric.interface + " ";
  return title + line.name;
}

int64_t TimeOf(const Series& series, size_t index, timeseries::Range range) {
  const Line& line = *series.line;
  if (series.metric->measure->form == Form::kTotal && line.values.size() == 1) {
    return range.to * 1000;
  }
  return (line.from + static_cast<int64_t>(index) * line.step_seconds) * 1000;
}

void WriteSeries(json::Writer& writer, const Series& series, timeseries::Range range,
                 const std::optional<std::string>& ref_id) {
  writer.BeginObject();
  writer.Field("target", series.title);
  // Without it, new panels put the tags behind the name they show.
  writer.Field("title", series.title);
  writer.FieldIfKnown("refId", ref_id);
  writer.Field("unit", UnitOf(*series.metric->measure));
  if (writer.BeginObject("tags")) {
    for (const auto& [key, value] : series.line->tags) {
      if (writer.DynamicKey(key)) writer.Value(value);
    }
    writer.EndObject();
  }
  if (writer.BeginArray("datapoints")) {
    for (size_t i = 0; i < series.line->values.size(); ++i) {
      writer.BeginArray();
      writer.Value(series.line->values[i]);
      writer.Value(TimeOf(series, i, range));
      writer.EndArray();
    }
    writer.EndArray();
  }
  writer.EndObject();
}

void WriteSeriesTable(json::Writer& writer, const std::vector<Series>& all, timeseries::Range range,
                      const std::optional<std::string>& ref_id) {
  struct Row {
    int64_t time;
    const Series* series;
    double value;
  };
  std::vector<Row> rows;
  for (const Series& series : all) {
    for (size_t i = 0; i < series.line->values.size(); ++i) {
      const auto& value = series.line->values[i];
      if (value) rows.push_back({TimeOf(series, i, range), &series, *value});
    }
  }
  std::ranges::stable_sort(rows, {}, &Row::time);
  constexpr Column kColumns[] = {{"Time", "time"}, {"Metric", "string"}, {"Value", "number"}};
  BeginTable(writer, kColumns, ref_id);
  for (const Row& row : rows) {
    writer.BeginArray();
    writer.Value(row.time);
    writer.Value(row.series->title);
    writer.Value(row.value);
    writer.EndArray();
  }
  EndTable(writer);
}

}  // namespace wiregauge::grafana
