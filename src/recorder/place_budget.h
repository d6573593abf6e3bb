// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>

#include "recorder/series_step.h"
#include "recorder/sticky_top.h"

namespace wiregauge::recorder {

// Series of places that may be many: those with most traffic, and `other`. Not thread-safe.
class PlaceBudget {
 public:
  static constexpr std::array<std::string_view, 6> kMeasures = {
      "bytes", "packets", "bytes_sent", "bytes_received", "packets_sent", "packets_received"};
  using Values = std::array<uint64_t, kMeasures.size()>;  // counters

  struct Row {
    uint32_t number = 0;
    Values values{};
  };

  // What places are called, and how many of the measures they have.
  struct Kind {
    std::string_view name;
    std::string_view zero;  // the object of number 0
    size_t measures = kMeasures.size();
  };

  PlaceBudget(const Kind& kind, size_t most) : kind_(kind), top_(most) {}

  // Every place with what it has counted, and what is in none of the rows.
  void Record(std::span<const Row> rows, const Values& rest, SeriesStep& step);
  // StickyTop::TakeCut.
  uint64_t TakeCut() { return top_.TakeCut(); }

 private:
  using Top = StickyTop<uint32_t, kMeasures.size()>;

  const Kind kind_;
  Top top_;
  Remainder<kMeasures.size()> remainder_;
  std::unordered_map<uint32_t, uint64_t> bytes_;  // of all places, at the last step
};

}  // namespace wiregauge::recorder
