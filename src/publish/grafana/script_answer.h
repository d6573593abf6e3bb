// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "publish/grafana/script_targets.h"
#include "publish/http/response.h"
#include "publish/json/parsed.h"
#include "publish/json/writer.h"

namespace wiregauge::grafana {

// Members of a target's "payload" or "data" that the script has a parameter for, as texts. What is
// empty is not given.
std::vector<http::Parameter> ReadScriptOptions(json::ParsedValue target,
                                               const ScriptTarget& script);

// A script's problem as Grafana reads errors.
http::Response ScriptProblem(const http::Response& problem);

// What a script has answered to a panel, checked.
//   series: {target = "name", unit = "bps", datapoints = {{value, time_ms}, ...}}, or a list of
//   these table:  {columns = {{text = ..., type = ...}, ...}, rows = {{...}, ...}}, or a list of
//   flat
//           objects, whose members are the columns
class ScriptAnswer {
 public:
  // kInternal: it is not like that; the sentence names the target.
  static Result<ScriptAnswer> Read(const ScriptTarget& target, std::string_view body);

  // How much it is, as points of series are counted.
  size_t points() const { return points_; }
  // Its series or its table; of series a table, when that is wanted.
  void Write(json::Writer& writer, bool as_table, const std::optional<std::string>& ref_id) const;

 private:
  ScriptAnswer(const ScriptTarget& target, json::Parsed parsed)
      : target_(&target), parsed_(std::move(parsed)) {}

  // A sentence, or nothing: it is good.
  std::string Check();
  std::string CheckSeries(json::ParsedValue series);
  std::string CheckTable(json::ParsedValue table);
  std::string CheckObjects(json::ParsedValue rows);

  void WriteSeries(json::Writer& writer, json::ParsedValue series,
                   const std::optional<std::string>& ref_id) const;
  void WriteSeriesTable(json::Writer& writer, const std::optional<std::string>& ref_id) const;
  void WriteTable(json::Writer& writer, const std::optional<std::string>& ref_id) const;
  void WriteObjects(json::Writer& writer, const std::optional<std::string>& ref_id) const;
  std::string_view NameOf(json::ParsedValue series) const;

  const ScriptTarget* target_;
  json::Parsed parsed_;
  size_t points_ = 0;
};

}  // namespace wiregauge::grafana
