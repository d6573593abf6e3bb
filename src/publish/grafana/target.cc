// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/target.h"

#include <optional>
#include <utility>

namespace wiregauge::grafana {
namespace {

using Patterns = std::vector<std::string>;

// Groups within groups; nobody writes more.
constexpr size_t kMostLevels = 8;

// Expands one target. Its time is linear in the target and in the bytes it writes, which are
// bounded.
class Expander {
 public:
  explicit Expander(std::string_view text) : text_(text), partners_(text.size(), kNone) {
    FindPartners();
  }

  // The part [begin, end) behind each of the patterns. False: they are too many, or too long.
  bool Expand(size_t begin, size_t end, size_t levels, Patterns& patterns) {
    std::string run;  // what comes behind all of them, up to the next group
    for (size_t i = begin; i < end; ++i) {
      if (text_[i] == '\\' && i + 1 < end) {
        run += text_[++i];
      } else if (text_[i] == '*') {
        run += kAnyText;
      } else if (text_[i] == '.' && i + 1 < end && (text_[i + 1] == '*' || text_[i + 1] == '+')) {
        run += kAnyText;
        ++i;
      } else if (partners_[i] < end && levels > 0) {
        if (!AppendRun(run, patterns) || !AppendGroup(i, levels - 1, patterns)) return false;
        run.clear();
        i = partners_[i];
      } else {
        run += text_[i];
      }
    }
    return AppendRun(run, patterns);
  }

 private:
  static constexpr size_t kNone = std::string_view::npos;

  bool AppendRun(const std::string& run, Patterns& patterns) {
    written_ += run.size() * patterns.size();
    if (written_ > kMostPatternBytes) return false;
    for (std::string& pattern : patterns) pattern += run;
    return true;
  }

  void FindPartners() {
    std::vector<size_t> round, curly;
    for (size_t i = 0; i < text_.size(); ++i) {
      switch (text_[i]) {
        case '\\':
          ++i;
          break;
        case '(':
          round.push_back(i);
          break;
        case '{':
          curly.push_back(i);
          break;
        case ')':
          Close(i, round);
          break;
        case '}':
          Close(i, curly);
          break;
        default:
          break;
      }
    }
  }
  void Close(size_t at, std::vector<size_t>& open) {
    if (open.empty()) return;
    partners_[open.back()] = at;
    open.pop_back();
  }

  // Each pattern so far with each alternative of the group that opens at `open` behind it.
  bool AppendGroup(size_t open, size_t levels, Patterns& patterns) {
    const char separator = text_[open] == '(' ? '|' : ',';
    Patterns endings;
    size_t begin = open + 1;
    for (size_t i = begin; i <= partners_[open]; ++i) {
      if (i == partners_[open] || text_[i] == separator) {
        if (!AppendAlternative(begin, i, levels, patterns.size(), endings)) return false;
        begin = i + 1;
      } else if (text_[i] == '\\') {
        ++i;
      } else if (text_[i] == text_[open]) {
        i = partners_[i];
      }
    }
    Patterns product;
    for (const std::string& pattern : patterns) {
      for (const std::string& ending : endings) {
        product.push_back(pattern + ending);
        written_ += product.back().size();
        if (written_ > kMostPatternBytes) return false;
      }
    }
    patterns = std::move(product);
    return true;
  }
  bool AppendAlternative(size_t begin, size_t end, size_t levels, size_t beginnings,
                         Patterns& endings) {
    Patterns expanded = {""};
    if (!Expand(begin, end, levels, expanded)) return false;
    for (std::string& ending : expanded) endings.push_back(std::move(ending));
    return endings.size() * beginnings <= kMostPatterns;
  }

  const std::string_view text_;
  std::vector<size_t> partners_;  // where the bracket that opens here closes
  size_t written_ = 0;            // bytes
};

}  // namespace

Result<Patterns> ExpandTarget(std::string_view target) {
  Patterns patterns = {""};
  if (!Expander(target).Expand(0, target.size(), kMostLevels, patterns)) {
    return Error{ErrorCode::kInvalidArgument, "A target stands for more than " +
                                                  std::to_string(kMostPatterns) +
                                                  " names, or is too long: choose fewer values."};
  }
  return patterns;
}

bool MatchesPattern(std::string_view pattern, std::string_view name) {
  size_t at = 0, in_pattern = 0;
  // Where to go on when what follows the last kAnyText does not fit: that takes one byte more.
  std::optional<size_t> after_any;
  size_t retry = 0;
  while (at < name.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == kAnyText) {
      after_any = ++in_pattern;
      retry = at;
    } else if (in_pattern < pattern.size() && pattern[in_pattern] == name[at]) {
      ++in_pattern;
      ++at;
    } else if (after_any) {
      in_pattern = *after_any;
      at = ++retry;
    } else {
      return false;
    }
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == kAnyText) ++in_pattern;
  return in_pattern == pattern.size();
}

}  // namespace wiregauge::grafana
