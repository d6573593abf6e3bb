// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace wiregauge::lua {

// Lua 5.1's patterns (reference manual, section 5.4.1, and %f), matched by backtracking whose steps
// are counted: the library's own functions run for minutes on some patterns, and no hook reaches
// them. Borrows subject and pattern. Not thread-safe.
class Pattern {
 public:
  static constexpr size_t kMostCaptures = 32;
  // Called every kStepsBetweenCalls steps or more; may throw.
  using Spend = std::function<void(uint64_t steps)>;

  struct Capture {
    size_t begin = 0;
    size_t size = 0;
    bool is_position = false;  // "()": `begin` is what is captured
  };
  struct Match {
    size_t begin = 0, end = 0;
  };

  // `pattern` without its anchor, if it has one.
  Pattern(std::string_view subject, std::string_view pattern, Spend spend)
      : subject_(subject), pattern_(pattern), spend_(std::move(spend)) {}

  // A match that begins at `begin`. Throws ScriptError for a malformed pattern and for one that
  // nests too deeply.
  std::optional<size_t> MatchAt(size_t begin);
  // Of the last match.
  size_t captures() const { return count_; }
  Capture capture(size_t index) const;

 private:
  static constexpr uint64_t kStepsBetweenCalls = 4096;
  static constexpr size_t kSetPerStep = 8;  // so many characters of a set are a step
  static constexpr int kMostDepth = 200;
  enum class State : uint8_t { kOpen, kClosed, kPosition };
  struct Group {
    size_t begin = 0, size = 0;
    State state = State::kOpen;
  };
  using End = std::optional<size_t>;

  End Go(size_t at, size_t item);
  End Descend(size_t at, size_t item);
  End GoSingle(size_t& at, size_t& item, bool& again);
  End Longest(size_t at, size_t item, size_t next);
  End Shortest(size_t at, size_t item, size_t next);
  End Balanced(size_t at, size_t item);
  End OpenGroup(size_t at, size_t item, State state);
  End CloseGroup(size_t at, size_t item);
  End BackReference(size_t at, char digit);
  bool AtFrontier(size_t at, size_t set, size_t set_end);

  void Step() { Steps(1); }
  void Steps(uint64_t count);
  size_t ItemEnd(size_t item);
  size_t SetEnd(size_t item);
  bool Fits(size_t at, size_t item, size_t item_end);
  bool InSet(unsigned char c, size_t item, size_t last);
  bool IsMember(unsigned char c, size_t at, size_t last) const;
  static bool InClass(unsigned char c, char class_letter);
  unsigned char Subject(size_t at) const {
    return at < subject_.size() ? static_cast<unsigned char>(subject_[at]) : 0;
  }
  char At(size_t item) const { return item < pattern_.size() ? pattern_[item] : '\0'; }

  const std::string_view subject_, pattern_;
  const Spend spend_;
  std::array<Group, kMostCaptures> groups_;
  size_t count_ = 0;
  uint64_t steps_ = 0;
  int depth_ = 0;
};

}  // namespace wiregauge::lua
