// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string_view>

namespace re2 {
class RE2;
}

namespace wiregauge::grafana {

// A regular expression somebody typed. Matching takes time linear in the text and bounded memory,
// whatever the expression. Immutable; move-only.
class Pattern {
 public:
  static constexpr size_t kMaxBytes = 4096;

  enum class Case { kRespect, kIgnore };
  // Nothing: it is none, or longer than kMaxBytes.
  static std::optional<Pattern> Compile(std::string_view expression, Case letters);

  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  // Somewhere in the text; ^ and $ bind it to the ends.
  bool IsIn(std::string_view text) const;

 private:
  explicit Pattern(std::unique_ptr<re2::RE2> expression);

  std::unique_ptr<re2::RE2> expression_;
};

}  // namespace wiregauge::grafana
