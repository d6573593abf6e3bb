// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "model/place_tallies.h"
#include "publish/json/field_mask.h"
#include "publish/json/writer.h"

namespace wiregauge::json {

// What a place's object says beyond its sums.
struct PlaceFacts {
  uint64_t hosts = 0;  // now
  uint64_t active_flows = 0;
  uint64_t bits_per_second_now = 0, packets_per_second_now = 0;  // of active flows
};

// A local network, pool, autonomous system or country with its sums, one JSON object. What it is
// called is null for hosts that are in no such place.
void WritePlaceRow(Writer& writer, model::PlaceKind kind, const model::PlaceRow& row,
                   const PlaceFacts& facts, const model::PlaceNames& names);

// The sums alone, into the open object.
void WritePlaceTally(Writer& writer, const model::PlaceTally& tally);

// Every member WritePlaceRow may write of that kind.
const FieldCatalogue& PlaceFields(model::PlaceKind kind);

}  // namespace wiregauge::json
