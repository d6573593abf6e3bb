// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace wiregauge::decode {

// What is left of a frame at one layer: the bytes that were stored, and how many there were on the
// wire. Every step is checked; one that does not fit moves nothing. A value of two words, so that
// it travels in registers: it is handed on by value. Invariant: stored().size() <= wire_bytes().
class Layer {
 public:
  Layer() noexcept = default;
  // A capture that claims to have stored more than there was on the wire is believed in its bytes.
  Layer(std::span<const uint8_t> stored, uint32_t wire_bytes) noexcept
      : data_(stored.data()),
        stored_bytes_(static_cast<uint32_t>(stored.size())),
        wire_bytes_(std::max(wire_bytes, stored_bytes_)) {}

  std::span<const uint8_t> stored() const noexcept { return {data_, stored_bytes_}; }
  uint32_t wire_bytes() const noexcept { return wire_bytes_; }

  // The next N bytes without going on, or nothing when fewer were stored.
  template <size_t N>
  [[nodiscard]] std::optional<std::span<const uint8_t, N>> Peek() const noexcept {
    if (stored_bytes_ < N) return std::nullopt;
    return std::span<const uint8_t, N>(data_, N);
  }
  // The same, and goes on behind them.
  template <size_t N>
  [[nodiscard]] std::optional<std::span<const uint8_t, N>> Take() noexcept {
    const auto header = Peek<N>();
    if (header) Advance(N, N);
    return header;
  }
  // False when fewer were stored.
  [[nodiscard]] bool Skip(uint32_t bytes) noexcept {
    if (bytes > stored_bytes_) return false;
    Advance(bytes, bytes);
    return true;
  }
  // Goes on by `bytes` of the wire, also where they were not stored any more.
  void SkipOnWire(uint32_t bytes) noexcept {
    Advance(std::min(bytes, stored_bytes_), std::min(bytes, wire_bytes_));
  }
  // Cuts what lies beyond the next `wire_bytes` bytes: padding, trailers.
  void Truncate(uint32_t wire_bytes) noexcept {
    stored_bytes_ = std::min(stored_bytes_, wire_bytes);
    wire_bytes_ = std::min(wire_bytes_, wire_bytes);
  }

 private:
  void Advance(uint32_t stored_bytes, uint32_t wire_bytes) noexcept {
    data_ += stored_bytes;
    stored_bytes_ -= stored_bytes;
    wire_bytes_ -= wire_bytes;
  }

  const uint8_t* data_ = nullptr;
  uint32_t stored_bytes_ = 0;
  uint32_t wire_bytes_ = 0;
};

// Fields in network order at a place that the compiler checks against the header's size.
template <size_t kOffset, size_t N>
constexpr uint16_t Load16(std::span<const uint8_t, N> header) noexcept {
  static_assert(N != std::dynamic_extent && kOffset + 2 <= N);
  return static_cast<uint16_t>(header[kOffset] << 8 | header[kOffset + 1]);
}
template <size_t kOffset, size_t N>
constexpr uint32_t Load32(std::span<const uint8_t, N> header) noexcept {
  return uint32_t{Load16<kOffset>(header)} << 16 | Load16<kOffset + 2>(header);
}

}  // namespace wiregauge::decode
