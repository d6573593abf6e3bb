// SPDX-License-Identifier: Apache-2.0
#include "publish/api/place_filter.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/text.h"
#include "publish/api/responses.h"

namespace wiregauge::api {
namespace {

using model::PlaceKind;

template <typename Named>
std::optional<uint32_t> NumberOf(std::string_view name, const std::vector<Named>& items) {
  const auto found = std::ranges::find(items, name, &Named::name);
  if (found == items.end()) return std::nullopt;
  return static_cast<uint32_t>(found - items.begin() + 1);
}

std::optional<uint32_t> ParseCountry(std::string_view text) {
  const auto code = model::CountryCode::Parse(text);
  return code ? std::optional(code->number()) : std::nullopt;
}

}  // namespace

std::vector<uint32_t> ReadPlaceNumbers(Query& query, std::string_view name, PlaceKind kind,
                                       const model::PlaceNames& places) {
  switch (kind) {
    case PlaceKind::kNetwork:
      return query.AnyOf<uint32_t>(
          name, "a local network's name; " + ListNames(places.networks()),
          [&](std::string_view text) { return NumberOf(text, places.networks()); });
    case PlaceKind::kPool:
      return query.AnyOf<uint32_t>(
          name, "a pool's name; " + ListNames(places.pools()),
          [&](std::string_view text) { return NumberOf(text, places.pools()); });
    case PlaceKind::kAutonomousSystem:
      return query.AnyOf<uint32_t>(name, "an AS number", ParseNumber<uint32_t>);
    case PlaceKind::kCountry:
      return query.AnyOf<uint32_t>(name, "a country code of two letters (ISO 3166-1)",
                                   ParseCountry);
    case PlaceKind::kCount:
      break;
  }
  return {};
}

PlaceFilter::PlaceFilter(Query& query, const model::PlaceNames& places) {
  static constexpr std::pair<std::string_view, PlaceKind> kParameters[] = {
      {"asn", PlaceKind::kAutonomousSystem},
      {"country", PlaceKind::kCountry},
      {"pool", PlaceKind::kPool}};
  for (const auto& [name, kind] : kParameters) {
    numbers_[static_cast<size_t>(kind)] = ReadPlaceNumbers(query, name, kind, places);
  }
}

bool PlaceFilter::Matches(const model::Place& one, const model::Place& other) const {
  for (size_t i = 0; i < numbers_.size(); ++i) {
    if (numbers_[i].empty()) continue;
    const auto kind = static_cast<PlaceKind>(i);
    if (!Contains(numbers_[i], model::PlaceNumber(kind, one)) &&
        !Contains(numbers_[i], model::PlaceNumber(kind, other))) {
      return false;
    }
  }
  return true;
}

}  // namespace wiregauge::api
