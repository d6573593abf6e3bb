// SPDX-License-Identifier: Apache-2.0
#include "timeseries/script_key.h"

#include <utility>

#include "base/text.h"

namespace wiregauge::timeseries {
namespace {

// What is before the first space, and what is behind it.
std::pair<std::string_view, std::string_view> Cut(std::string_view text) {
  const size_t space = text.find(' ');
  if (space == std::string_view::npos) return {text, {}};
  return {text.substr(0, space), text.substr(space + 1)};
}

std::string Join(std::string text, const std::string& more) {
  return more.empty() ? text : std::move(text) + " " + more;
}

}  // namespace

history::SeriesKey ScriptKey::Encode() const {
  const bool is_gauge = type == history::SeriesType::kGauge;
  const std::string type_name(is_gauge ? kScriptGauge : kScriptCounter);
  return {std::string(kScriptKind), Join(name, object),
          Join(type_name + " " + std::to_string(step_seconds), unit)};
}

std::optional<ScriptKey> ScriptKey::Parse(const history::SeriesKey& key) {
  if (key.kind != kScriptKind) return std::nullopt;
  const auto [name, object] = Cut(key.object);
  const auto [type, form] = Cut(key.measure);
  const auto [step, unit] = Cut(form);
  const auto seconds = ParseNumber<uint32_t>(step);
  if (!seconds || (type != kScriptGauge && type != kScriptCounter)) return std::nullopt;
  return ScriptKey{
      std::string(name), std::string(object),
      type == kScriptGauge ? history::SeriesType::kGauge : history::SeriesType::kCounter, *seconds,
      std::string(unit)};
}

}  // namespace wiregauge::timeseries
