// SPDX-License-Identifier: Apache-2.0
#include "recorder/place_budget.h"

#include <string>
#include <vector>

namespace wiregauge::recorder {

void PlaceBudget::Record(std::span<const Row> rows, const Values& rest, SeriesStep& step) {
  Values totals = rest;
  std::vector<Top::Row> top_rows;
  for (const Row& row : rows) {
    for (size_t i = 0; i < totals.size(); ++i) totals[i] += row.values[i];
    const auto [last, is_new] = bytes_.try_emplace(row.number, 0);
    const uint64_t bytes = row.values.front();
    top_rows.push_back({row.number, row.values, bytes - std::min(bytes, last->second), is_new});
    last->second = bytes;
  }
  top_.Update(top_rows);
  const auto grow = [&](std::string_view object, const Values& grown) {
    for (size_t i = 0; i < kind_.measures; ++i) {
      step.Grow(kind_.name, object, kMeasures[i], grown[i]);
    }
  };
  top_.ForEach([&](uint32_t number, const Values& grown) {
    grow(number == 0 ? std::string(kind_.zero) : std::to_string(number), grown);
    remainder_.Tell(grown);
  });
  grow("other", remainder_.Take(totals));
}

}  // namespace wiregauge::recorder
