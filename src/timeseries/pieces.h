// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace wiregauge::timeseries {

// Seconds since 1970, [from, to).
struct Range {
  int64_t from = 0, to = 0;

  bool operator==(const Range&) const = default;
};

// A part of a range that is summed up out of one tier.
struct Piece {
  size_t tier = 0;
  Range range;

  bool operator==(const Piece&) const = default;
};

// Cuts a range so that few points tell its sum: the coarsest tier where whole steps of it are in
// the range, finer ones at both ends. Where the finer tier is not kept any more, and at the ends of
// the series' own steps, a piece ends within a step: it has its share of that. `own_step_seconds`
// is the series'; `kept_from(tier)` the second from which a tier is kept.
std::vector<Piece> CutIntoPieces(Range range, uint32_t own_step_seconds,
                                 const std::function<int64_t(size_t tier)>& kept_from);

}  // namespace wiregauge::timeseries
