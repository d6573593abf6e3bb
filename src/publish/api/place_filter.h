// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "model/place.h"
#include "publish/api/query.h"

namespace wiregauge::api {

// `name` (asn, country, pool or network), any of: the numbers of these places (model::PlaceNumber).
// Refuses what is none; networks and pools must exist.
std::vector<uint32_t> ReadPlaceNumbers(Query& query, std::string_view name, model::PlaceKind kind,
                                       const model::PlaceNames& places);

// The parameters `asn`, `country` and `pool`. Values of one are alternatives, different ones hold
// together. (`network` also takes prefixes: ReadNetworks.)
class PlaceFilter {
 public:
  PlaceFilter(Query& query, const model::PlaceNames& places);

  // Whether each parameter chooses one of the two.
  bool Matches(const model::Place& one, const model::Place& other) const;
  bool Matches(const model::Place& place) const { return Matches(place, place); }

 private:
  std::array<std::vector<uint32_t>, model::kPlaceKinds> numbers_;  // by kind; empty: no choice
};

}  // namespace wiregauge::api
