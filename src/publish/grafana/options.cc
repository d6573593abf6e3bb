// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/options.h"

#include <string>

#include "base/text.h"

namespace wiregauge::grafana {
namespace {

// Nothing is chosen: the option is as if it were not there.
bool IsEmpty(json::ParsedValue value) {
  return !value.exists() || value.text() == "" || (!value.text() && !value.number());
}

}  // namespace

Result<Options> Options::Read(json::ParsedValue target) {
  const json::ParsedValue given =
      target["payload"].is_object() ? target["payload"] : target["data"];
  Options options;
  if (const json::ParsedValue limit = given["limit"]; !IsEmpty(limit)) {
    const auto number = limit.text() ? ParseNumber<double>(*limit.text()) : limit.number();
    if (!number || !(*number >= 1 && *number <= kMostRows)) {
      return Error{ErrorCode::kInvalidArgument,
                   "The limit is no number from 1 to " + std::to_string(kMostRows) + "."};
    }
    options.limit = static_cast<size_t>(*number);
  }
  if (const json::ParsedValue aggregation = given["aggregation"]; !IsEmpty(aggregation)) {
    options.aggregation = timeseries::ParseAggregation(aggregation.text().value_or(""));
    if (!options.aggregation) {
      return Error{
          ErrorCode::kInvalidArgument,
          "The aggregation is none of " + std::string(timeseries::kAggregationNames) + "."};
    }
  }
  return options;
}

}  // namespace wiregauge::grafana
