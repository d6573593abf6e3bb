// SPDX-License-Identifier: Apache-2.0
#include "publish/api/cursor.h"

#include <algorithm>

#include "base/text.h"

namespace wiregauge::api {
namespace {

// base64url without padding (RFC 4648 section 5): needs no escaping in a query.
constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string Encode(std::string_view bytes) {
  std::string text;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) text += kDigits[bits >> (count - 6) & 63];
  }
  if (count > 0) text += kDigits[bits << (6 - count) & 63];
  return text;
}

std::optional<std::string> Decode(std::string_view text) {
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>(bits >> count & 0xff);
    }
  }
  return bytes;
}

}  // namespace

std::string FormatCursor(const Cursor& cursor) {
  return Encode(cursor.sort + "\n" + std::to_string(cursor.rank) + "\n" + cursor.row_id);
}

std::optional<Cursor> ParseCursor(std::string_view text) {
  const std::optional<std::string> plain = Decode(text);
  if (!plain) return std::nullopt;
  const std::string_view view = *plain;
  const size_t first = view.find('\n');
  if (first == std::string_view::npos) return std::nullopt;
  const size_t second = view.find('\n', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto rank = ParseNumber<int64_t>(view.substr(first + 1, second - first - 1));
  if (!rank) return std::nullopt;
  return Cursor{std::string(view.substr(0, first)), *rank, std::string(view.substr(second + 1))};
}

}  // namespace wiregauge::api
