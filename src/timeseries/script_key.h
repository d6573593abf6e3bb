// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "history/series.h"

namespace wiregauge::timeseries {

inline constexpr std::string_view kScriptKind = "script";
// How the measures of its series begin.
inline constexpr std::string_view kScriptCounter = "counter", kScriptGauge = "gauge";
// Of gauges: points are whole numbers, and so have three decimals.
inline constexpr int64_t kScriptScale = 1000;

// What a series of a script's own is, and how history has it: kind "script", object "<name>" or
// "<name> <object>", measure "gauge 60" or "gauge 60 <unit>". Type and step are in its key, so what
// is recorded otherwise than before is another series.
struct ScriptKey {
  std::string name;    // without a space
  std::string object;  // empty: none
  history::SeriesType type = history::SeriesType::kCounter;
  uint32_t step_seconds = 1;
  std::string unit;  // empty: none

  history::SeriesKey Encode() const;
  // Nothing: it is another kind's.
  static std::optional<ScriptKey> Parse(const history::SeriesKey& key);
  bool operator==(const ScriptKey&) const = default;
};

}  // namespace wiregauge::timeseries
