// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace wiregauge::recorder {

// Which of many keys have series of their own, at most `most` of them, and what each has grown.
//
// While there is room whoever has traffic is let in, the heaviest first. Then a key has to weigh
// kTimesHeavier times the lightest member, whose place it takes; so members stay while they are of
// any weight. In a day's updates at most `most` places change hands, which bounds the series.
//
// Rows may leave and come back, and their values may fall: a member grows by the growth of its row.
// Not thread-safe.
template <typename Key, size_t kValues, typename Hash = std::hash<Key>>
class StickyTop {
 public:
  using Values = std::array<uint64_t, kValues>;

  struct Row {  // at most one of a key
    Key key;
    Values values{};      // counters
    uint64_t weight = 0;  // how much it has grown, by one measure for all rows
    bool is_new = false;  // nothing of it was there at the last update
  };

  explicit StickyTop(size_t most) : most_(most) {}

  void Update(std::span<const Row> rows) {
    ++round_;
    changes_ =
        std::min(changes_ + static_cast<double>(most_) / kUpdatesADay, static_cast<double>(most_));
    std::vector<const Row*> candidates;
    for (auto& [key, member] : members_) member.grown = {};
    for (const Row& row : rows) {
      const auto member = members_.find(row.key);
      if (member != members_.end()) {
        Grow(member->second, row);
      } else if (row.weight > 0) {
        candidates.push_back(&row);
      }
    }
    for (auto& [key, member] : members_) {
      if (member.round != round_) Rest(member);
    }
    cut_ += candidates.size() - Admit(candidates);
  }

  // Rows that would have had series but for the budget, summed over the updates since the last
  // call.
  uint64_t TakeCut() { return std::exchange(cut_, 0); }
  bool Holds(const Key& key) const { return members_.contains(key); }
  // Members of which `is_out(key)` lose their places.
  template <typename IsOut>
  void Drop(IsOut is_out) {
    std::erase_if(members_, [&](const auto& entry) { return is_out(entry.first); });
  }

  template <typename Visit>
  void ForEach(Visit visit) const {  // visit(const Key&, const Values& grown)
    for (const auto& [key, member] : members_) visit(key, member.grown);
  }

 private:
  static constexpr uint64_t kTimesHeavier = 4;
  static constexpr double kUpdatesADay = 1440;
  static constexpr uint64_t kKeptOfWeight = 15, kOfWeight = 16;  // a sixteenth is forgotten

  struct Member {
    Values grown{};
    Values last{};        // the row's values when it was there last
    uint64_t weight = 0;  // of the last updates, the newest counting most
    uint64_t round = 0;   // of the last update that had the row
  };

  void Grow(Member& member, const Row& row) {
    if (row.is_new) member.last = {};
    for (size_t i = 0; i < kValues; ++i) {
      member.grown[i] = row.values[i] > member.last[i] ? row.values[i] - member.last[i] : 0;
    }
    member.last = row.values;
    member.weight = member.weight / kOfWeight * kKeptOfWeight + row.weight / kOfWeight;
    member.round = round_;
  }
  static void Rest(Member& member) { member.weight = member.weight / kOfWeight * kKeptOfWeight; }

  // The heaviest first: when one is too light, so are all after it. Returns how many were let in.
  size_t Admit(std::vector<const Row*>& candidates) {
    const size_t looked_at = std::min(most_, candidates.size());
    const auto end = candidates.begin() + static_cast<ptrdiff_t>(looked_at);
    std::partial_sort(candidates.begin(), end, candidates.end(), [](const Row* a, const Row* b) {
      return a->weight != b->weight ? a->weight > b->weight : a->key < b->key;
    });
    size_t admitted = 0;
    for (; admitted < looked_at; ++admitted) {
      const Row& row = *candidates[admitted];
      if (members_.size() >= most_ && !MakeRoom(row.weight)) break;
      Member member{.last = row.values, .weight = row.weight, .round = round_};
      if (row.is_new) member.grown = row.values;
      members_.emplace(row.key, member);
    }
    return admitted;
  }

  bool MakeRoom(uint64_t weight) {
    if (changes_ < 1) return false;
    const auto lightest = std::ranges::min_element(
        members_, {}, [](const auto& entry) { return entry.second.weight; });
    if (lightest == members_.end() || weight / kTimesHeavier <= lightest->second.weight) {
      return false;
    }
    members_.erase(lightest);
    --changes_;
    return true;
  }

  const size_t most_;
  uint64_t round_ = 0;
  double changes_ = 0;  // places that may change hands now
  std::unordered_map<Key, Member, Hash> members_;
  uint64_t cut_ = 0;
};

// What is left of totals when series have told their part: the growth of `other`. So all series
// together grow as the totals do, which only grow. Should series tell more, it is made up for
// later.
template <size_t kValues>
class Remainder {
 public:
  using Values = std::array<uint64_t, kValues>;

  // A series has grown.
  void Tell(const Values& grown) {
    for (size_t i = 0; i < kValues; ++i) told_[i] += grown[i];
  }
  // How much `other` has grown.
  Values Take(const Values& totals) {
    Values other{};
    for (size_t i = 0; i < kValues; ++i) {
      other[i] = totals[i] > told_[i] ? totals[i] - told_[i] : 0;
      told_[i] += other[i];
    }
    return other;
  }

 private:
  Values told_{};
};

}  // namespace wiregauge::recorder
