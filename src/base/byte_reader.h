// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace wiregauge {

// The same bytes, whatever they are, as text.
inline std::string_view AsText(std::span<const uint8_t> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A cursor over bytes that are not trusted. Every read is checked; integers are in network order.
// A read past the end gives false and moves nothing. Borrows the bytes.
class ByteReader {
 public:
  explicit ByteReader(std::span<const uint8_t> bytes) noexcept : rest_(bytes) {}

  size_t remaining() const noexcept { return rest_.size(); }
  std::span<const uint8_t> rest() const noexcept { return rest_; }

  [[nodiscard]] bool Skip(size_t count) noexcept {
    if (count > rest_.size()) return false;
    rest_ = rest_.subspan(count);
    return true;
  }
  [[nodiscard]] bool Read8(uint8_t& value) noexcept {
    if (rest_.empty()) return false;
    value = rest_[0];
    rest_ = rest_.subspan(1);
    return true;
  }
  [[nodiscard]] bool Read16(uint16_t& value) noexcept {
    if (rest_.size() < 2) return false;
    value = static_cast<uint16_t>(rest_[0] << 8 | rest_[1]);
    rest_ = rest_.subspan(2);
    return true;
  }
  [[nodiscard]] bool Read32(uint32_t& value) noexcept {
    if (rest_.size() < 4) return false;
    value =
        uint32_t{rest_[0]} << 24 | uint32_t{rest_[1]} << 16 | uint32_t{rest_[2]} << 8 | rest_[3];
    rest_ = rest_.subspan(4);
    return true;
  }
  // A view of the next `count` bytes.
  [[nodiscard]] bool ReadBytes(size_t count, std::span<const uint8_t>& bytes) noexcept {
    if (count > rest_.size()) return false;
    bytes = rest_.first(count);
    rest_ = rest_.subspan(count);
    return true;
  }
  // Cuts what lies beyond the next `count` bytes (padding after an IP packet).
  void Truncate(size_t count) noexcept {
    if (count < rest_.size()) rest_ = rest_.first(count);
  }

 private:
  std::span<const uint8_t> rest_;
};

}  // namespace wiregauge
