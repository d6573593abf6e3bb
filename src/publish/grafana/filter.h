// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "publish/grafana/pattern.h"
#include "publish/json/parsed.h"
#include "timeseries/catalogue.h"

namespace wiregauge::grafana {

// The ad-hoc filters of a request: a dashboard's, which go with every query. A line or row that has
// a filter's key must be as it says; one that has no such key is not its matter. Immutable.
class Filters {
 public:
  // Of "adhocFilters" (SimpleJson) or "filters" (simPod). One that is not filled in yet is left
  // out. kInvalidArgument: an operator that is none, or a bad regular expression.
  static Result<Filters> Read(json::ParsedValue request);

  bool empty() const { return filters_.empty(); }

  bool Accept(const timeseries::Tags& tags) const;

  // Of something that may have several values of a key, as a flow has two hosts: one of them has to
  // be as = =~ < > say, and all as != and !~ say. values_of(key): none when it has no such key.
  using ValuesOf = std::function<std::vector<std::string>(std::string_view key)>;
  bool Accept(const ValuesOf& values_of) const;

 private:
  enum class Operator : uint8_t { kEqual, kUnequal, kMatch, kNoMatch, kLess, kGreater };
  struct Filter {
    std::string key;
    Operator op = Operator::kEqual;
    std::string value;
    std::optional<Pattern> pattern;  // of kMatch and kNoMatch

    // "tcp" in history is "TCP" in the table of flows.
    bool ignores_case() const { return key == "l4"; }
    bool IsValue(std::string_view text) const;
    bool Accepts(std::string_view text) const;
    bool AcceptsAnyOrAll(const std::vector<std::string>& values) const;
  };
  static Result<Filter> ReadOne(json::ParsedValue filter);
  static std::optional<Operator> ParseOperator(std::string_view text);

  std::vector<Filter> filters_;
};

}  // namespace wiregauge::grafana
