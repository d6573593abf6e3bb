// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/pattern.h"

#include <re2/re2.h>

#include <utility>

namespace wiregauge::grafana {
namespace {

re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::optional<Pattern> Pattern::Compile(std::string_view expression, Case letters) {
  if (expression.size() > kMaxBytes) return std::nullopt;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(letters == Case::kRespect);
  options.set_never_capture(true);
  auto compiled = std::make_unique<re2::RE2>(Piece(expression), options);
  if (!compiled->ok()) return std::nullopt;
  return Pattern(std::move(compiled));
}

Pattern::Pattern(std::unique_ptr<re2::RE2> expression) : expression_(std::move(expression)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

bool Pattern::IsIn(std::string_view text) const {
  return re2::RE2::PartialMatch(Piece(text), *expression_);
}

}  // namespace wiregauge::grafana
