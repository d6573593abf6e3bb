// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "publish/api/ordering.h"
#include "publish/api/page.h"
#include "publish/api/query.h"
#include "publish/lua/native/row_list.h"
#include "publish/lua/vm/held_bytes.h"
#include "publish/lua/vm/state.h"

namespace wiregauge::lua {

// Throws ScriptError when something was refused.
void CheckQuery(const api::Query& query);

// Rows of a snapshot in the order that a query asks for (`sort`, `limit`; without a limit all of
// them). Borrows the rows.
template <typename Record>
class RowSelection {
 public:
  RowSelection(State& state, api::Query& query, std::span<const api::SortField<Record>> sorts,
               std::string_view default_sort)
      : state_(state),
        ordering_(api::ParseOrdering(query, sorts, default_sort)),
        limit_(query.Number("limit", 1, kMost).value_or(kMost)),
        held_(state) {}

  // Counts what looking at `rows` rows costs, before they are looked at.
  void Announce(size_t rows) { state_.Spend(rows * kSpendPerLook); }

  const api::Ordering<Record>& ordering() const { return ordering_; }

  void Offer(int64_t rank, const Record& record) {
    if (places_.size() == places_.capacity()) Grow();
    places_.push_back({rank, &record});
  }

  void Push(lua_State* lua, const RowType& type) {
    state_.Spend(places_.size() * kSpendPerSorted);
    const uint64_t total = places_.size();
    const Before before{ordering_.ids_descend()};
    if (limit_ < total) {
      const auto last = places_.begin() + static_cast<std::ptrdiff_t>(limit_);
      std::nth_element(places_.begin(), last, places_.end(), before);
      places_.resize(limit_);
    }
    std::sort(places_.begin(), places_.end(), before);
    const void** const records = PushRowList(lua, type, places_.size(), total);
    for (size_t i = 0; i < places_.size(); ++i) records[i] = places_[i].row;
  }

 private:
  using Place = typename api::PageSelector<Record>::Place;
  using Before = typename api::PageSelector<Record>::Before;
  static constexpr uint64_t kMost = std::numeric_limits<uint32_t>::max();
  static constexpr uint64_t kSpendPerLook = 50, kSpendPerSorted = 200;

  void Grow() {
    const size_t more = std::max<size_t>(places_.size(), 64);
    held_.Add(more * sizeof(Place));
    places_.reserve(places_.size() + more);
  }

  State& state_;
  const api::Ordering<Record> ordering_;
  const uint64_t limit_;
  HeldBytes held_;
  std::vector<Place> places_;
};

}  // namespace wiregauge::lua
