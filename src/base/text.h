// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wiregauge {

// Valid UTF-8 whatever comes in: each byte that is not part of a well-formed sequence (RFC 3629)
// becomes U+FFFD. Traffic chooses names; JSON and Prometheus must stay valid.
std::string ToValidUtf8(std::string_view bytes);

// The length of the well-formed UTF-8 sequence at the beginning of `bytes` (RFC 3629 section 4), 0
// when there is none.
size_t Utf8SequenceLength(std::string_view bytes);

// Appends `bytes` as a JSON string with its quotes (RFC 8259 section 7), repaired like ToValidUtf8.
void AppendJsonString(std::string_view bytes, std::string& out);

// The whole of `text` as a decimal number, or nothing.
template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

// "0x00ff": at least `digits` digits, in lower case.
std::string NumberAsHexadecimal(uint32_t number, size_t digits);

std::vector<std::string_view> Split(std::string_view text, char separator);
std::string_view Trim(std::string_view text);
std::string ToLower(std::string_view text);  // ASCII only
// Whether `text` holds `lower`, which has no upper case; ASCII letters of either case are the same.
bool HoldsIgnoringCase(std::string_view text, std::string_view lower);

// Looks for one text in many, whatever the case of ASCII letters (Horspool's algorithm: the longer
// the text, the fewer bytes are looked at). Immutable.
class TextSearch {
 public:
  explicit TextSearch(std::string_view text);  // not empty

  bool IsIn(std::string_view text) const noexcept;
  const std::string& lower() const { return lower_; }

 private:
  const std::string lower_;
  // How far the end may move when this byte stands there.
  std::array<uint8_t, 256> shifts_;
};

}  // namespace wiregauge
