// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/vm/pattern.h"

#include <cctype>
#include <string>
#include <utility>

#include "publish/lua/vm/error.h"

namespace wiregauge::lua {
namespace {

constexpr char kEscape = '%';

}  // namespace

Pattern::Capture Pattern::capture(size_t index) const {
  const Group& group = groups_[index];
  if (group.state == State::kOpen) throw ScriptError("unfinished capture");
  return {group.begin, group.size, group.state == State::kPosition};
}

std::optional<size_t> Pattern::MatchAt(size_t begin) {
  count_ = 0;
  depth_ = 0;
  return Go(begin, 0);
}

void Pattern::Steps(uint64_t count) {
  steps_ += count;
  if (steps_ >= kStepsBetweenCalls) spend_(std::exchange(steps_, 0));
}

Pattern::End Pattern::Descend(size_t at, size_t item) {
  if (depth_ == kMostDepth) throw ScriptError("pattern too complex");
  ++depth_;
  const End end = Go(at, item);
  --depth_;
  return end;
}

// Goes on through items that have one way to match; what has several descends.
Pattern::End Pattern::Go(size_t at, size_t item) {
  while (item < pattern_.size()) {
    Step();
    const char c = pattern_[item];
    if (c == '(') {
      if (At(item + 1) == ')') return OpenGroup(at, item + 2, State::kPosition);
      return OpenGroup(at, item + 1, State::kOpen);
    }
    if (c == ')') return CloseGroup(at, item + 1);
    if (c == '$' && item + 1 == pattern_.size()) {
      return at == subject_.size() ? End(at) : std::nullopt;
    }
    bool again = false;
    const End end = GoSingle(at, item, again);
    if (!again) return end;
  }
  return at;
}

// One item that is no group. `again`: it matched in its only way, `at` and `item` are behind it.
Pattern::End Pattern::GoSingle(size_t& at, size_t& item, bool& again) {
  again = false;
  if (pattern_[item] == kEscape) {
    const char kind = At(item + 1);
    if (kind == 'b' || kind == 'f' || std::isdigit(static_cast<unsigned char>(kind)) != 0) {
      End end;
      size_t next = item + 2;
      if (kind == 'b') {
        end = Balanced(at, item + 2);
        next = item + 4;
      } else if (kind == 'f') {
        if (At(item + 2) != '[') throw ScriptError("missing '[' after '%f' in pattern");
        next = SetEnd(item + 2);
        if (AtFrontier(at, item + 2, next)) end = at;
      } else {
        end = BackReference(at, kind);
      }
      if (!end) return std::nullopt;
      at = *end;
      item = next;
      again = true;
      return std::nullopt;
    }
  }
  const size_t item_end = ItemEnd(item);
  const char suffix = At(item_end);
  if (suffix == '*') return Longest(at, item, item_end);
  if (suffix == '+') {
    return Fits(at, item, item_end) ? Longest(at + 1, item, item_end) : std::nullopt;
  }
  if (suffix == '-') return Shortest(at, item, item_end);
  const bool fits = Fits(at, item, item_end);
  if (suffix == '?') {
    if (fits) {
      if (const End end = Descend(at + 1, item_end + 1)) return end;
    }
    item = item_end + 1;
    again = true;
    return std::nullopt;
  }
  if (!fits) return std::nullopt;
  ++at;
  item = item_end;
  again = true;
  return std::nullopt;
}

Pattern::End Pattern::Longest(size_t at, size_t item, size_t item_end) {
  size_t most = 0;
  while (Fits(at + most, item, item_end)) {
    ++most;
    Step();
  }
  while (true) {
    if (const End end = Descend(at + most, item_end + 1)) return end;
    if (most == 0) return std::nullopt;
    --most;
    Step();
  }
}

Pattern::End Pattern::Shortest(size_t at, size_t item, size_t item_end) {
  while (true) {
    if (const End end = Descend(at, item_end + 1)) return end;
    if (!Fits(at, item, item_end)) return std::nullopt;
    ++at;
    Step();
  }
}

// "%bxy": from an x to the y that closes it.
Pattern::End Pattern::Balanced(size_t at, size_t item) {
  if (item + 1 >= pattern_.size()) throw ScriptError("unbalanced pattern: %b needs two characters");
  if (at >= subject_.size() || subject_[at] != pattern_[item]) return std::nullopt;
  const char open = pattern_[item], close = pattern_[item + 1];
  size_t nesting = 1;
  for (size_t i = at + 1; i < subject_.size(); ++i) {
    Step();
    if (subject_[i] == close) {
      if (--nesting == 0) return i + 1;
    } else if (subject_[i] == open) {
      ++nesting;
    }
  }
  return std::nullopt;
}

Pattern::End Pattern::OpenGroup(size_t at, size_t item, State state) {
  if (count_ == kMostCaptures) throw ScriptError("too many captures");
  groups_[count_++] = {.begin = at, .size = 0, .state = state};
  const End end = Descend(at, item);
  if (!end) --count_;
  return end;
}

Pattern::End Pattern::CloseGroup(size_t at, size_t item) {
  for (size_t i = count_; i-- > 0;) {
    Group& group = groups_[i];
    if (group.state != State::kOpen) continue;
    group.state = State::kClosed;
    group.size = at - group.begin;
    const End end = Descend(at, item);
    if (!end) group.state = State::kOpen;
    return end;
  }
  throw ScriptError("invalid pattern capture: ')' without '('");
}

Pattern::End Pattern::BackReference(size_t at, char digit) {
  const size_t index = static_cast<size_t>(digit - '1');
  if (digit == '0' || index >= count_ || groups_[index].state == State::kOpen) {
    throw ScriptError(std::string("invalid capture index %") + digit + " in pattern");
  }
  if (groups_[index].state == State::kPosition) return std::nullopt;
  const std::string_view captured = subject_.substr(groups_[index].begin, groups_[index].size);
  for (size_t i = 0; i < captured.size(); ++i) {
    Step();
    if (at + i >= subject_.size() || subject_[at + i] != captured[i]) return std::nullopt;
  }
  return at + captured.size();
}

// "%f[set]": between a character that is not in the set and one that is; '\0' stands at both ends.
bool Pattern::AtFrontier(size_t at, size_t set, size_t set_end) {
  const unsigned char before = at == 0 ? 0 : Subject(at - 1);
  return !InSet(before, set, set_end - 1) && InSet(Subject(at), set, set_end - 1);
}

// Behind a single character class.
size_t Pattern::ItemEnd(size_t item) {
  const char c = pattern_[item];
  if (c == '[') return SetEnd(item);
  if (c != kEscape) return item + 1;
  if (item + 1 == pattern_.size()) throw ScriptError("malformed pattern (ends with '%')");
  return item + 2;
}

// Behind the ']' of the set that begins at `item`. A ']' that stands first is one of its members.
size_t Pattern::SetEnd(size_t item) {
  size_t at = item + 1;
  if (At(at) == '^') ++at;
  bool is_first = true;
  while (true) {
    if (at >= pattern_.size()) throw ScriptError("malformed pattern (missing ']')");
    if (pattern_[at] == ']' && !is_first) {
      Steps((at - item) / kSetPerStep);
      return at + 1;
    }
    is_first = false;
    at += pattern_[at] == kEscape ? 2 : 1;
  }
}

bool Pattern::Fits(size_t at, size_t item, size_t item_end) {
  if (at >= subject_.size()) return false;
  const unsigned char c = Subject(at);
  switch (pattern_[item]) {
    case '.':
      return true;
    case kEscape:
      return InClass(c, pattern_[item + 1]);
    case '[':
      return InSet(c, item, item_end - 1);
    default:
      return static_cast<unsigned char>(pattern_[item]) == c;
  }
}

// `last` is the set's ']'.
bool Pattern::InSet(unsigned char c, size_t item, size_t last) {
  Steps((last - item) / kSetPerStep);
  const bool inverted = At(item + 1) == '^';
  return IsMember(c, item + (inverted ? 2 : 1), last) != inverted;
}

bool Pattern::IsMember(unsigned char c, size_t at, size_t last) const {
  while (at < last) {
    if (pattern_[at] == kEscape) {
      if (InClass(c, At(at + 1))) return true;
      at += 2;
    } else if (At(at + 1) == '-' && at + 2 < last) {
      const auto low = static_cast<unsigned char>(pattern_[at]);
      const auto high = static_cast<unsigned char>(pattern_[at + 2]);
      if (low <= c && c <= high) return true;
      at += 3;
    } else {
      if (static_cast<unsigned char>(pattern_[at]) == c) return true;
      ++at;
    }
  }
  return false;
}

bool Pattern::InClass(unsigned char c, char class_letter) {
  const auto letter = static_cast<unsigned char>(class_letter);
  bool in = false;
  switch (std::tolower(letter)) {
    case 'a':
      in = std::isalpha(c) != 0;
      break;
    case 'c':
      in = std::iscntrl(c) != 0;
      break;
    case 'd':
      in = std::isdigit(c) != 0;
      break;
    case 'g':
      in = std::isgraph(c) != 0;
      break;
    case 'l':
      in = std::islower(c) != 0;
      break;
    case 'p':
      in = std::ispunct(c) != 0;
      break;
    case 's':
      in = std::isspace(c) != 0;
      break;
    case 'u':
      in = std::isupper(c) != 0;
      break;
    case 'w':
      in = std::isalnum(c) != 0;
      break;
    case 'x':
      in = std::isxdigit(c) != 0;
      break;
    case 'z':
      in = c == 0;
      break;
    default:
      return letter == c;
  }
  return std::isupper(letter) != 0 ? !in : in;
}

}  // namespace wiregauge::lua
