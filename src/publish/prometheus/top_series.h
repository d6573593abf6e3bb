// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <numeric>
#include <span>
#include <unordered_map>
#include <vector>

namespace wiregauge::metrics {

// Which of many keys have a time series of their own, and what those series say. At every update
//   sum over the series + other() = totals, exactly, and no series ever goes down.
// A key that got a series keeps it, and counts on it, for good; what its row counted in updates
// before that stays in `other`. How keys get one, and why that is bounded: README.md.
//
// Rows may leave and come back, and their values may fall (a part of a row leaves alone). A series
// grows by the growth of its row, never by more than what was counted since the last update; what
// is lost sight of that way is in `other`. Invariant asked of the caller: from update to update
// each total grows at least by what all rows grew together. Thread safety: none.
template <typename Key, size_t kValues, typename Hash = std::hash<Key>>
class TopSeries {
 public:
  using Values = std::array<uint64_t, kValues>;

  struct Row {  // at most one of a key; its weight is the sum of its values
    Key key;
    Values values{};
    bool is_new = false;  // nothing of it was there at the last update
  };

  // Keys beyond the `top` heaviest get a series only by outweighing those; `most` is the budget.
  TopSeries(size_t top, size_t most) : top_(std::min(top, most)), most_(top > 0 ? most : 0) {}

  void Update(std::span<const Row> rows, const Values& totals) {
    ++round_;
    std::vector<const Row*> candidates;
    for (const Row& row : rows) {
      const auto member = members_.find(row.key);
      if (member != members_.end()) {
        Count(member->second, row.values);
      } else if (Weight(row.values) > 0) {
        candidates.push_back(&row);
      }
    }
    for (auto& [key, member] : members_) {
      if (member.round != round_) member.last = {};
    }
    folded_ += candidates.size() - Admit(candidates);
    UpdateOther(totals);
  }

  size_t size() const { return members_.size(); }
  const Values& other() const { return other_; }
  // Rows without a series of their own, summed over the updates.
  uint64_t folded() const { return folded_; }

  template <typename Visit>
  void ForEach(Visit visit) const {  // visit(const Key&, const Values&)
    for (const auto& [key, member] : members_) visit(key, member.counted);
  }

 private:
  struct Member {
    Values counted{};     // what the series says
    Values last{};        // the row's values at the last update; 0 when it was not there
    uint64_t weight = 0;  // the row's when it got the series, and what was counted since
    uint64_t round = 0;   // of the last update that had the row
  };

  static uint64_t Weight(const Values& values) {
    return std::accumulate(values.begin(), values.end(), uint64_t{0});
  }

  void Count(Member& member, const Values& values) {
    for (size_t i = 0; i < kValues; ++i) {
      const uint64_t growth = values[i] > member.last[i] ? values[i] - member.last[i] : 0;
      member.counted[i] += growth;
      member.weight += growth;
    }
    member.last = values;
    member.round = round_;
  }

  // What a key must weigh to get a series: anything while there are fewer than `top_`, then twice
  // the `top_`-heaviest series.
  uint64_t Threshold() const {
    if (members_.size() >= most_) return UINT64_MAX;
    if (members_.size() < top_) return 1;
    std::vector<uint64_t> weights;
    weights.reserve(members_.size());
    for (const auto& [key, member] : members_) weights.push_back(member.weight);
    const auto nth = weights.begin() + static_cast<ptrdiff_t>(top_ - 1);
    std::nth_element(weights.begin(), nth, weights.end(), std::greater<>());
    return *nth > UINT64_MAX / 2 ? UINT64_MAX : *nth * 2;
  }

  // Heaviest first: when one is too light, so are all after it. Returns how many got a series.
  size_t Admit(std::vector<const Row*>& candidates) {
    const size_t room = std::min(most_ - members_.size(), candidates.size());
    const auto end = candidates.begin() + static_cast<ptrdiff_t>(room);
    std::partial_sort(candidates.begin(), end, candidates.end(), [](const Row* a, const Row* b) {
      const uint64_t weight_a = Weight(a->values), weight_b = Weight(b->values);
      return weight_a != weight_b ? weight_a > weight_b : a->key < b->key;
    });
    size_t admitted = 0;
    for (; admitted < room; ++admitted) {
      const Row& row = *candidates[admitted];
      if (Weight(row.values) < Threshold()) break;
      Member member;
      if (row.is_new) member.counted = row.values;
      member.last = row.values;
      member.weight = Weight(row.values);
      member.round = round_;
      members_.emplace(row.key, member);
    }
    return admitted;
  }

  // Should the caller's invariant be broken, the sum is given up rather than that a counter falls.
  void UpdateOther(const Values& totals) {
    Values rest = totals;
    for (const auto& [key, member] : members_) {
      for (size_t i = 0; i < kValues; ++i) rest[i] -= std::min(rest[i], member.counted[i]);
    }
    for (size_t i = 0; i < kValues; ++i) other_[i] = std::max(other_[i], rest[i]);
  }

  size_t top_;
  size_t most_;
  uint64_t round_ = 0;
  std::unordered_map<Key, Member, Hash> members_;
  Values other_{};
  uint64_t folded_ = 0;
};

}  // namespace wiregauge::metrics
