// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace wiregauge::grafana {

// In a name pattern: any text, also none. No text that was parsed from JSON holds this byte.
inline constexpr char kAnyText = '\xff';

// What a target stands for after Grafana has put its variables into it:
//   \x          x itself: values are escaped, "192\.168\.1\.2"
//   (a|b) {a,b} one of these: a variable with several values
//   *  .*  .+   any text: what the variable's "All" may be set to
// Everything else, also ? and [ab], and brackets without a partner, stands for itself. Patterns in
// the order they are written; kInvalidArgument: there are more than kMostPatterns of them, or they
// are longer than kMostPatternBytes together.
inline constexpr size_t kMostPatterns = 1000, kMostPatternBytes = size_t{1} << 20;
Result<std::vector<std::string>> ExpandTarget(std::string_view target);

// Whether the whole name is as the pattern says.
bool MatchesPattern(std::string_view pattern, std::string_view name);

inline bool HasAnyText(std::string_view pattern) {
  return pattern.find(kAnyText) != std::string_view::npos;
}

}  // namespace wiregauge::grafana
