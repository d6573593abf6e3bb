// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "history/series.h"
#include "model/identity.h"
#include "timeseries/measure.h"

namespace wiregauge::timeseries {

// What a line is of: {"interface", "eth0"}, {"application", "TLS"}. What is of the service itself
// has no interface.
using Tags = std::vector<std::pair<std::string, std::string>>;

// Series of one object whose points are summed up.
struct Part {
  std::string object;           // "TLS"; empty for the interface itself
  std::vector<int64_t> series;  // of history
  Tags tags;
};

// What can be asked for by name.
struct Metric {
  std::string name;  // "interface_eth0_traffic_bps"
  const Kind* kind = nullptr;
  const Measure* measure = nullptr;
  std::string interface;      // or the name of a capture file; empty: the service itself
  uint32_t step_seconds = 1;  // of its own points
  bool is_all = false;        // a line for each object
  std::vector<Part> parts{};  // one, unless it is of all objects
  // The series that tells how many seconds of each step were recorded (kCoverageKind); nothing: all
  // of those that have a point.
  std::optional<int64_t> coverage{};
  std::string own_unit{};  // empty: the measure's

  std::string_view unit() const {
    return own_unit.empty() ? measure->unit : std::string_view(own_unit);
  }
  std::string_view help() const { return is_all ? kind->all_help : measure->help; }
};

// Whether a user may see what the line is of: interfaces by name; of networks, hosts alone. What is
// of the service itself only those see who are not restricted.
bool MaySee(const model::Identity& identity, const Tags& tags);

// Every metric there are series for, by name. Immutable.
class Catalogue {
 public:
  explicit Catalogue(const std::vector<history::SeriesInfo>& all);

  const Metric* Find(std::string_view name) const;
  const std::vector<Metric>& metrics() const { return metrics_; }  // by name
  // Interfaces and capture files that have series, by name.
  const std::vector<std::string>& interfaces() const { return interfaces_; }

  // Of these metrics the part that a user may see.
  Catalogue VisibleTo(const model::Identity& identity) const;

 private:
  std::vector<Metric> metrics_;
  std::vector<std::string> interfaces_;
};

}  // namespace wiregauge::timeseries
