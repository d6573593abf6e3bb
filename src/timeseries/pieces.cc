// SPDX-License-Identifier: Apache-2.0
#include "timeseries/pieces.h"

#include "history/series.h"

namespace wiregauge::timeseries {
namespace {

using history::FloorTo;

struct Cutter {
  const uint32_t own_step_seconds;
  const std::function<int64_t(size_t)>& kept_from;
  std::vector<Piece> pieces{};

  void Cut(size_t tier, Range range) {
    if (range.from >= range.to) return;
    if (tier == history::OwnTier(own_step_seconds) || range.from < kept_from(tier - 1)) {
      pieces.push_back({tier, range});
      return;
    }
    const int64_t step = history::StepIn(tier, own_step_seconds);
    const Range whole = {FloorTo(range.from + step - 1, step), FloorTo(range.to, step)};
    if (whole.from >= whole.to) {
      Cut(tier - 1, range);
      return;
    }
    Cut(tier - 1, {range.from, whole.from});
    pieces.push_back({tier, whole});
    Cut(tier - 1, {whole.to, range.to});
  }
};

}  // namespace

std::vector<Piece> CutIntoPieces(Range range, uint32_t own_step_seconds,
                                 const std::function<int64_t(size_t tier)>& kept_from) {
  Cutter cutter{own_step_seconds, kept_from};
  cutter.Cut(history::kTiers.size() - 1, range);
  return std::move(cutter.pieces);
}

}  // namespace wiregauge::timeseries
