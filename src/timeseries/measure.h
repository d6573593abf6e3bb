// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace wiregauge::timeseries {

// What a metric's values say of the points of its series.
enum class Form : uint8_t {
  kBitsPerSecond,  // of a counter of bytes
  kPerSecond,      // of a counter
  kCount,          // of a counter: what it has grown in each step
  kTotal,          // of a counter: what it has grown in the whole range, as one value
  kGauge,
};

// One line of the table that metrics, their names, docs/history.md and its test are made of.
struct Measure {
  std::string_view suffix;                   // how the metric's name ends
  std::array<std::string_view, 2> counters;  // of the series, summed up; unused ones are empty
  Form form = Form::kPerSecond;
  std::string_view unit;  // "bits per second"
  std::string_view help;  // a sentence
  int64_t scale = 1;      // points are so many times the value
};

// What a metric is of, and so how its name begins.
enum class Naming : uint8_t {
  kInterface,  // interface_<interface>_<suffix>
  kShare,      // interface_<interface>_<kind>_<object>_<suffix>
  kPlace,      // <kind>_<object>_interface_<interface>_<suffix>
  kPart,       // only lines of "all..." metrics
  kScript,     // [interface_<interface>_]script_<name>[:<object>], by ScriptKey
};

struct Kind {
  std::string_view name;  // of its series, SeriesKey::kind
  Naming naming = Naming::kInterface;
  std::span<const Measure> measures;
  // Every object that had anything has series: where one has no point, it had 0.
  bool is_complete = true;
  // The metric that has a line for each object of this kind; empty: there is none. Of kScript there
  // is one for each name, [interface_<interface>_]<all_suffix>_<name>.
  std::string_view all_suffix;
  std::string_view all_help;
};

std::span<const Kind> AllKinds();
const Kind* FindKind(std::string_view name);

// The measure of a kind whose lines an "all..." metric shows: the first one, its traffic.
inline const Measure& AllMeasure(const Kind& kind) { return kind.measures.front(); }

// Of which Archive::Top can tell who had most bytes on an interface.
inline bool IsRanked(const Kind& kind) {
  return !kind.all_suffix.empty() && kind.naming != Naming::kPart && kind.naming != Naming::kScript;
}

// What a host's applications are kept under: kind "host_application", object "<host> <application>"
// (neither holds a space).
inline constexpr std::string_view kHostApplication = "host_application";

// What is recorded of each step longer than a second: how many of its seconds were.
inline constexpr std::string_view kCoverageKind = "step", kCoverageMeasure = "covered_seconds";

// The object of what has no series of its own.
inline constexpr std::string_view kOther = "other";

}  // namespace wiregauge::timeseries
