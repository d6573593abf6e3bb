// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <algorithm>

#include "base/check.h"

namespace wiregauge {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

void AppendEscaped(char c, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[c & 15];
  }
}

bool NeedsEscape(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || c == '"' || c == '\\' || byte == 0x7f;
}

// As many bytes as are valid UTF-8.
std::string_view SoundPrefix(std::string_view bytes) {
  size_t end = 0;
  while (end < bytes.size()) {
    const bool is_ascii = static_cast<unsigned char>(bytes[end]) < 0x80;
    const size_t length = is_ascii ? 1 : Utf8SequenceLength(bytes.substr(end));
    if (length == 0) break;
    end += length;
  }
  return bytes.substr(0, end);
}

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char ToUpper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

size_t Utf8SequenceLength(std::string_view bytes) {
  const auto at = [&](size_t i) -> unsigned {
    return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
  };
  const auto tail = [&](size_t i) { return (at(i) & 0xc0) == 0x80; };
  const unsigned first = at(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return tail(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool overlong = first == 0xe0 && at(1) < 0xa0;
    const bool surrogate = first == 0xed && at(1) >= 0xa0;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool overlong = first == 0xf0 && at(1) < 0x90;
    const bool beyond = first == 0xf4 && at(1) >= 0x90;
    return tail(1) && tail(2) && tail(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

std::string ToValidUtf8(std::string_view bytes) {
  std::string valid;
  valid.reserve(bytes.size());
  while (true) {
    const std::string_view sound = SoundPrefix(bytes);
    valid.append(sound);
    bytes.remove_prefix(sound.size());
    if (bytes.empty()) return valid;
    valid.append(kReplacement);
    bytes.remove_prefix(1);
  }
}

void AppendJsonString(std::string_view bytes, std::string& out) {
  out += '"';
  while (!bytes.empty()) {
    size_t plain = 0;
    while (plain < bytes.size() && static_cast<unsigned char>(bytes[plain]) < 0x80 &&
           !NeedsEscape(bytes[plain])) {
      ++plain;
    }
    out.append(bytes.substr(0, plain));
    bytes.remove_prefix(plain);
    if (bytes.empty()) break;
    const size_t length = Utf8SequenceLength(bytes);
    if (length == 1) {
      AppendEscaped(bytes[0], out);
    } else {
      out.append(length == 0 ? kReplacement : bytes.substr(0, length));
    }
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

std::string NumberAsHexadecimal(uint32_t number, size_t digits) {
  char text[8];
  char* const end = std::to_chars(std::begin(text), std::end(text), number, 16).ptr;
  const std::string written(text, static_cast<size_t>(end - text));
  return "0x" + std::string(digits > written.size() ? digits - written.size() : 0, '0') + written;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

bool HoldsIgnoringCase(std::string_view text, std::string_view lower) {
  const auto same = [](char a, char b) { return ToLower(a) == b; };
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(), same) != text.end();
}

TextSearch::TextSearch(std::string_view text) : lower_(wiregauge::ToLower(text)) {
  WIREGAUGE_CHECK(!lower_.empty());
  const size_t last = lower_.size() - 1;
  shifts_.fill(static_cast<uint8_t>(std::min<size_t>(lower_.size(), UINT8_MAX)));
  for (size_t i = 0; i < last; ++i) {
    const auto shift = static_cast<uint8_t>(std::min<size_t>(last - i, UINT8_MAX));
    shifts_[static_cast<uint8_t>(lower_[i])] = shift;
    shifts_[static_cast<uint8_t>(ToUpper(lower_[i]))] = shift;
  }
}

bool TextSearch::IsIn(std::string_view text) const noexcept {
  for (size_t end = lower_.size(); end <= text.size();) {
    const std::string_view here = text.substr(end - lower_.size(), lower_.size());
    const auto same = [](char a, char b) { return ToLower(a) == b; };
    if (std::equal(here.begin(), here.end(), lower_.begin(), same)) return true;
    end += shifts_[static_cast<uint8_t>(here.back())];
  }
  return false;
}

std::string ToLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ToLower(c);
  return lower;
}

}  // namespace wiregauge
