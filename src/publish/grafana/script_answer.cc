// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/script_answer.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "publish/grafana/columns.h"
#include "publish/http/problem.h"

namespace wiregauge::grafana {
namespace {

constexpr size_t kPointsOfSeries = 10;
constexpr double kExact = 9007199254740992.0;  // 2^53
constexpr std::string_view kColumnTypes[] = {"time", "string", "number"};

// One series, or a list of them.
std::vector<json::ParsedValue> ListOf(json::ParsedValue answer) {
  if (answer["datapoints"].exists()) return {answer};
  std::vector<json::ParsedValue> list;
  for (size_t i = 0; i < answer.size(); ++i) list.push_back(answer.at(i));
  return list;
}

// What a script gives for "nothing" may be either: {} in Lua.
bool IsEmpty(json::ParsedValue answer) {
  return answer.size() == 0 && (answer.is_array() || answer.names().empty());
}

bool IsPoint(json::ParsedValue point) {
  const auto time_ms = point.at(1).number();
  return point.size() == 2 && (point.at(0).is_null() || point.at(0).number()) && time_ms &&
         std::fabs(*time_ms) <= kExact;
}

int64_t TimeOf(json::ParsedValue point) { return static_cast<int64_t>(*point.at(1).number()); }

bool IsCell(json::ParsedValue cell) { return !cell.is_object() && !cell.is_array(); }

// Of all rows, sorted by name; of type number when every value is one.
std::vector<Column> ColumnsOf(json::ParsedValue rows) {
  std::set<std::string_view> names, texts;
  for (size_t i = 0; i < rows.size(); ++i) {
    for (const std::string_view name : rows.at(i).names()) {
      names.insert(name);
      const json::ParsedValue cell = rows.at(i)[name];
      if (!cell.is_null() && !cell.number()) texts.insert(name);
    }
  }
  std::vector<Column> columns;
  for (const std::string_view name : names) {
    columns.push_back({name, texts.contains(name) ? "string" : "number"});
  }
  return columns;
}

// A variable or an editor may leave it so.
std::string TextOf(json::ParsedValue value) {
  if (const auto text = value.text()) return std::string(*text);
  if (!value.number() && !value.boolean()) return {};
  std::string text;
  json::Writer writer(text);
  value.WriteTo(writer);
  return text;
}

}  // namespace

std::vector<http::Parameter> ReadScriptOptions(json::ParsedValue target,
                                               const ScriptTarget& script) {
  const json::ParsedValue given =
      target["payload"].is_object() ? target["payload"] : target["data"];
  std::vector<http::Parameter> options;
  for (const ScriptTarget::Parameter& parameter : script.parameters) {
    std::string text = TextOf(given[parameter.name]);
    if (!text.empty()) options.push_back({parameter.name, std::move(text)});
  }
  return options;
}

http::Response ScriptProblem(const http::Response& problem) {
  const auto parsed = json::Parsed::Parse(problem.body);
  const auto detail = parsed.ok() ? parsed->root()["detail"].text() : std::nullopt;
  http::Response response = http::ProblemResponse(
      problem.status, detail.value_or("The script answered with this status."),
      http::ErrorForm::kMessage);
  for (const http::Header& header : problem.headers) {
    if (header.name == "Retry-After") response.headers.push_back(header);
  }
  return response;
}

Result<ScriptAnswer> ScriptAnswer::Read(const ScriptTarget& target, std::string_view body) {
  auto parsed = json::Parsed::Parse(body);
  if (!parsed.ok()) {
    return Error{ErrorCode::kInternal, target.name + ": " + parsed.error().message + "."};
  }
  ScriptAnswer answer(target, std::move(parsed).value());
  if (const std::string problem = answer.Check(); !problem.empty()) {
    return Error{ErrorCode::kInternal, target.name + ": " + problem};
  }
  return answer;
}

std::string ScriptAnswer::Check() {
  const json::ParsedValue root = parsed_.root();
  if (!root.is_array() && !root.is_object()) return "The script returned no table.";
  if (IsEmpty(root)) return {};
  if (target_->is_table) return root.is_array() ? CheckObjects(root) : CheckTable(root);
  const auto all = ListOf(root);
  if (all.empty()) return "The script returned no series: there are no datapoints.";
  for (const json::ParsedValue series : all) {
    if (std::string problem = CheckSeries(series); !problem.empty()) return problem;
  }
  return {};
}

std::string ScriptAnswer::CheckSeries(json::ParsedValue series) {
  const json::ParsedValue points = series["datapoints"];
  if (!series.is_object() || (!points.is_array() && !points.is_object())) {
    return "A series has no datapoints.";
  }
  if (series["target"].exists() && !series["target"].text()) {
    return "A series' target is no string.";
  }
  points_ += kPointsOfSeries + points.size();
  for (size_t i = 0; i < points.size(); ++i) {
    if (!IsPoint(points.at(i))) {
      return "Datapoint " + std::to_string(i + 1) + " is not {value, milliseconds since 1970}.";
    }
  }
  return {};
}

std::string ScriptAnswer::CheckTable(json::ParsedValue table) {
  const json::ParsedValue columns = table["columns"], rows = table["rows"];
  if (!columns.is_array()) return "The table has no columns.";
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto type = columns.at(i)["type"].text().value_or("string");
    if (!columns.at(i)["text"].text()) return "A column has no text.";
    if (std::ranges::find(kColumnTypes, type) == std::end(kColumnTypes)) {
      return "A column's type is to be time, string or number.";
    }
  }
  if (!rows.is_array() && !rows.is_object()) return "The table has no rows.";
  points_ += columns.size() * (rows.size() + 1);
  for (size_t i = 0; i < rows.size(); ++i) {
    const json::ParsedValue row = rows.at(i);
    bool is_good = row.size() == columns.size();
    for (size_t j = 0; is_good && j < row.size(); ++j) is_good = IsCell(row.at(j));
    if (!is_good) return "Row " + std::to_string(i + 1) + " is not a value for each column.";
  }
  return {};
}

std::string ScriptAnswer::CheckObjects(json::ParsedValue rows) {
  for (size_t i = 0; i < rows.size(); ++i) {
    const json::ParsedValue row = rows.at(i);
    bool is_good = row.is_object();
    for (const std::string_view name : row.names()) is_good = is_good && IsCell(row[name]);
    if (!is_good) return "Row " + std::to_string(i + 1) + " is no table of plain values.";
  }
  points_ += ColumnsOf(rows).size() * (rows.size() + 1);
  return {};
}

std::string_view ScriptAnswer::NameOf(json::ParsedValue series) const {
  return series["target"].text().value_or(target_->name);
}

void ScriptAnswer::Write(json::Writer& writer, bool as_table,
                         const std::optional<std::string>& ref_id) const {
  const json::ParsedValue root = parsed_.root();
  if (target_->is_table) {
    return root.is_array() || IsEmpty(root) ? WriteObjects(writer, ref_id)
                                            : WriteTable(writer, ref_id);
  }
  if (as_table) return WriteSeriesTable(writer, ref_id);
  for (const json::ParsedValue series : ListOf(root)) WriteSeries(writer, series, ref_id);
}

void ScriptAnswer::WriteSeries(json::Writer& writer, json::ParsedValue series,
                               const std::optional<std::string>& ref_id) const {
  writer.BeginObject();
  writer.Field("target", NameOf(series));
  writer.Field("title", NameOf(series));
  writer.FieldIfKnown("refId", ref_id);
  writer.Field("unit", series["unit"].text().value_or("short"));
  if (writer.BeginObject("tags")) writer.EndObject();
  if (writer.BeginArray("datapoints")) {
    const json::ParsedValue points = series["datapoints"];
    for (size_t i = 0; i < points.size(); ++i) {
      writer.BeginArray();
      writer.Value(points.at(i).at(0).number());
      writer.Value(TimeOf(points.at(i)));
      writer.EndArray();
    }
    writer.EndArray();
  }
  writer.EndObject();
}

void ScriptAnswer::WriteSeriesTable(json::Writer& writer,
                                    const std::optional<std::string>& ref_id) const {
  struct Row {
    int64_t time_ms;
    std::string_view metric;
    double value;
  };
  std::vector<Row> rows;
  for (const json::ParsedValue series : ListOf(parsed_.root())) {
    const json::ParsedValue points = series["datapoints"];
    for (size_t i = 0; i < points.size(); ++i) {
      const auto value = points.at(i).at(0).number();
      if (value) rows.push_back({TimeOf(points.at(i)), NameOf(series), *value});
    }
  }
  std::ranges::stable_sort(rows, {}, &Row::time_ms);
  constexpr Column kColumns[] = {{"Time", "time"}, {"Metric", "string"}, {"Value", "number"}};
  BeginTable(writer, kColumns, ref_id);
  for (const Row& row : rows) {
    writer.BeginArray();
    writer.Value(row.time_ms);
    writer.Value(row.metric);
    writer.Value(row.value);
    writer.EndArray();
  }
  EndTable(writer);
}

void ScriptAnswer::WriteTable(json::Writer& writer,
                              const std::optional<std::string>& ref_id) const {
  const json::ParsedValue told = parsed_.root()["columns"], rows = parsed_.root()["rows"];
  std::vector<Column> columns;
  for (size_t i = 0; i < told.size(); ++i) {
    columns.push_back({*told.at(i)["text"].text(), told.at(i)["type"].text().value_or("string")});
  }
  BeginTable(writer, columns, ref_id);
  for (size_t i = 0; i < rows.size(); ++i) rows.at(i).WriteTo(writer);
  EndTable(writer);
}

void ScriptAnswer::WriteObjects(json::Writer& writer,
                                const std::optional<std::string>& ref_id) const {
  const json::ParsedValue rows = parsed_.root();
  const std::vector<Column> columns = ColumnsOf(rows);
  BeginTable(writer, columns, ref_id);
  for (size_t i = 0; i < rows.size(); ++i) {
    writer.BeginArray();
    for (const Column& column : columns) rows.at(i)[column.name].WriteTo(writer);
    writer.EndArray();
  }
  EndTable(writer);
}

}  // namespace wiregauge::grafana
