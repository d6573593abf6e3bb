// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "publish/lua/vm/state.h"

namespace wiregauge::lua::compat {

// Where a row stands in an order. What is not known stands last, both ways.
struct SortKey {
  double number = 0;
  std::string_view text{};  // decides among equal numbers
  bool is_known = true;

  static SortKey Unknown() { return {.is_known = false}; }
};

// Which of the rows that match are wanted.
struct Page {
  uint64_t skip = 0;
  uint64_t most = 32768;  // as ntopng
  bool ascending = true;
};

// Keeps those of any number of rows that a page shows. Rows with equal keys keep the order of their
// ties. Memory is two pages and what is skipped. Borrows the rows.
template <typename Row>
class Selection {
 public:
  Selection(State& state, const Page& page) : state_(state), page_(page), keep_(KeepOf(page)) {}
  ~Selection() { state_.HoldBytes(-static_cast<int64_t>(held_bytes_)); }
  Selection(const Selection&) = delete;
  Selection& operator=(const Selection&) = delete;

  void Offer(const Row& row, const SortKey& key, uint64_t tie) {
    ++total_;
    places_.push_back({key, tie, &row});
    if (places_.size() >= most_held_) Shrink();
  }
  uint64_t total() const { return total_; }

  std::vector<const Row*> Finish() {
    state_.Spend(places_.size() * kSpendPerComparison * 10);
    std::sort(places_.begin(), places_.end(), Before{page_.ascending});
    std::vector<const Row*> rows;
    for (uint64_t i = page_.skip; i < std::min<uint64_t>(places_.size(), keep_); ++i) {
      rows.push_back(places_[i].row);
    }
    return rows;
  }

 private:
  static constexpr uint64_t kSpendPerComparison = 10;

  struct Place {
    SortKey key;
    uint64_t tie;
    const Row* row;
  };
  struct Before {
    bool ascending;

    bool operator()(const Place& a, const Place& b) const {
      if (a.key.is_known != b.key.is_known) return a.key.is_known;
      if (a.key.number != b.key.number) return (a.key.number < b.key.number) == ascending;
      if (a.key.text != b.key.text) return (a.key.text < b.key.text) == ascending;
      return a.tie < b.tie;
    }
  };

  static uint64_t KeepOf(const Page& page) {
    constexpr uint64_t kMost = uint64_t{1} << 40;
    return std::min(page.skip, kMost) + std::min(page.most, kMost);
  }
  // There is room for no more: drops what no page shows, or makes room.
  void Shrink() {
    state_.Spend(places_.size() * kSpendPerComparison);
    if (places_.size() >= 2 * keep_) {
      const auto end = places_.begin() + static_cast<std::ptrdiff_t>(keep_);
      std::nth_element(places_.begin(), end, places_.end(), Before{page_.ascending});
      places_.resize(keep_);
      return;
    }
    const size_t bytes = most_held_ * sizeof(Place);
    held_bytes_ += bytes;
    state_.HoldBytes(static_cast<int64_t>(bytes));
    most_held_ *= 2;
  }

  State& state_;
  const Page page_;
  const uint64_t keep_;
  std::vector<Place> places_;
  size_t most_held_ = 1024;
  size_t held_bytes_ = 0;
  uint64_t total_ = 0;
};

}  // namespace wiregauge::lua::compat
