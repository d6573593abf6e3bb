// SPDX-License-Identifier: Apache-2.0
#include "key_value/glob.h"

#include <cstddef>

namespace wiregauge::key_value {
namespace {

// How many bytes of the pattern stand for the next byte of a text; 0: that one is another.
size_t TakeOne(std::string_view pattern, char c) {
  if (pattern.empty()) return 0;
  if (pattern[0] == '?') return 1;
  if (pattern[0] == '\\' && pattern.size() > 1) return pattern[1] == c ? 2 : 0;
  return pattern[0] == c ? 1 : 0;
}

}  // namespace

// Only the last star can need to take more: what stands before it has found its first place.
bool MatchesGlob(std::string_view pattern, std::string_view text) {
  constexpr size_t kNone = std::string_view::npos;
  size_t at = 0, behind_star = kNone, star_until = 0;
  for (size_t i = 0; i < text.size();) {
    if (at < pattern.size() && pattern[at] == '*') {
      behind_star = ++at;
      star_until = i;
    } else if (const size_t taken = TakeOne(pattern.substr(at), text[i]); taken > 0) {
      at += taken;
      ++i;
    } else if (behind_star != kNone) {
      at = behind_star;
      i = ++star_until;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == kNone;
}

std::string FixedPrefix(std::string_view pattern) {
  std::string prefix;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '*' || pattern[i] == '?') break;
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    prefix += pattern[i];
  }
  return prefix;
}

}  // namespace wiregauge::key_value
