// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "publish/grafana/handlers.h"

namespace wiregauge::grafana {

// A list is long enough with so many.
inline constexpr size_t kMostListed = 10'000;

// What a drop-down offers for the text that was typed: the names of metrics, tables and scripts
// that hold it, whatever the case, or that it matches as a regular expression, which is how Grafana
// goes through them afterwards. All of them for an empty text, the placeholder, and what compiles
// to no expression. Interfaces first. For a variable's query: the values of a tag for its plural,
// "interfaces", "hosts", "applications".
std::vector<std::string> FindNames(std::string_view typed, const View& view);

// A tag's values among what can be seen, sorted.
std::vector<std::string> ValuesOfTag(std::string_view key, const View& view);

}  // namespace wiregauge::grafana
