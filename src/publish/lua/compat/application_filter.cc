// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/compat/application_filter.h"

#include <string>

#include "base/text.h"

namespace wiregauge::lua::compat {
namespace {

// By number or by name.
std::optional<uint16_t> ParseOne(const model::ApplicationCatalogue& catalogue,
                                 std::string_view text) {
  const auto number = ParseNumber<uint16_t>(text);
  if (number && *number < catalogue.applications.size()) return number;
  return FindApplication(catalogue, text);
}

}  // namespace

std::optional<uint16_t> FindApplication(const model::ApplicationCatalogue& catalogue,
                                        std::string_view name) {
  const std::string lower = ToLower(name);
  for (size_t id = 0; id < catalogue.applications.size(); ++id) {
    const std::string& known = catalogue.applications[id].name;
    if (!known.empty() && ToLower(known) == lower) return static_cast<uint16_t>(id);
  }
  return std::nullopt;
}

std::optional<uint8_t> FindCategory(const model::ApplicationCatalogue& catalogue,
                                    std::string_view name) {
  const std::string lower = ToLower(name);
  for (size_t id = 0; id < catalogue.categories.size(); ++id) {
    if (!lower.empty() && ToLower(catalogue.categories[id]) == lower) {
      return static_cast<uint8_t>(id);
    }
  }
  return std::nullopt;
}

std::optional<ApplicationFilter> ApplicationFilter::Parse(
    std::string_view text, const model::ApplicationCatalogue& catalogue) {
  ApplicationFilter filter;
  if (const auto app = ParseOne(catalogue, text)) {
    filter.app_ = *app;
    return filter;
  }
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto master = ParseOne(catalogue, text.substr(0, dot));
  const auto app = ParseOne(catalogue, text.substr(dot + 1));
  if (!master || !app) return std::nullopt;
  filter.master_ = master;
  filter.app_ = *app;
  return filter;
}

}  // namespace wiregauge::lua::compat
