// SPDX-License-Identifier: Apache-2.0
#include "dissect/name_text.h"

#include <algorithm>

#include "base/byte_reader.h"
#include "base/text.h"

namespace wiregauge::dissect {
namespace {

// As most names are: one of these stands for itself, wherever it is.
bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

void NameText::AppendLabel(std::span<const uint8_t> label) noexcept {
  if (size_ > 0 && !Add(".")) return;
  Append(AsText(label), true);
}

void NameText::AppendText(std::string_view bytes) noexcept { Append(bytes, false); }

void NameText::AppendText(std::span<const uint8_t> bytes) noexcept { Append(AsText(bytes), false); }

void NameText::MakeLowerCase() noexcept {
  for (char& c : std::span(text_).first(size_)) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
}

void NameText::Append(std::string_view bytes, bool escape_dots) noexcept {
  const bool plain = std::all_of(bytes.begin(), bytes.end(), IsPlain);
  if (plain && Add(bytes)) return;
  while (!bytes.empty()) {
    const size_t length = Utf8SequenceLength(bytes);
    const char first = bytes[0];
    bool added = false;
    if (length == 0 || IsControl(first)) {
      const unsigned value = static_cast<unsigned char>(first);
      const char digits[] = {'\\', static_cast<char>('0' + value / 100),
                             static_cast<char>('0' + value / 10 % 10),
                             static_cast<char>('0' + value % 10)};
      added = Add({digits, sizeof digits});
    } else if (first == '\\' || (escape_dots && first == '.')) {
      const char escaped[] = {'\\', first};
      added = Add({escaped, sizeof escaped});
    } else {
      added = Add(bytes.substr(0, length));
    }
    if (!added) return;
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
}

bool NameText::Add(std::string_view piece) noexcept {
  if (piece.size() > kMostBytes - size_) return false;
  std::copy(piece.begin(), piece.end(), text_.begin() + size_);
  size_ = static_cast<uint16_t>(size_ + piece.size());
  return true;
}

}  // namespace wiregauge::dissect
