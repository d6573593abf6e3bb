// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "publish/grafana/filter.h"
#include "publish/json/writer.h"
#include "timeseries/archive.h"

namespace wiregauge::grafana {

// A line under the name a panel shows. Borrows it.
struct Series {
  std::string title;
  const timeseries::Metric* metric = nullptr;
  const timeseries::Line* line = nullptr;
};

// The metric's lines that the filters accept: what a filter leaves out is not in "other" either.
// Of an oldest step that is one more than max_points nothing is said.
Result<std::vector<timeseries::Line>> EvaluateLines(const timeseries::Archive& archive,
                                                    const timeseries::Metric& metric,
                                                    const timeseries::Question& question,
                                                    const Filters& filters);

// How lines of "all..." metrics are told apart when several such metrics are in one answer: by host
// and interface, as far as these differ.
class Titles {
 public:
  explicit Titles(const std::vector<const timeseries::Metric*>& metrics);

  std::string Of(const timeseries::Metric& metric, const timeseries::Line& line) const;

 private:
  bool tell_interface_ = false, tell_host_ = false;
};

// The time of the line's value at `index`, in milliseconds: where its step begins, or the range's
// end for the one value of a total.
int64_t TimeOf(const Series& series, size_t index, timeseries::Range range);

// {"target": "eth0 TLS", "datapoints": [[value or null, ms], ...], ...}
void WriteSeries(json::Writer& writer, const Series& series, timeseries::Range range,
                 const std::optional<std::string>& ref_id);

// The same numbers as a table with the columns Time, Metric and Value, without gaps.
void WriteSeriesTable(json::Writer& writer, const std::vector<Series>& all, timeseries::Range range,
                      const std::optional<std::string>& ref_id);

}  // namespace wiregauge::grafana
