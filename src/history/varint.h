// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

// Numbers of variable length: seven bits a byte, the low ones first (LEB128); signed ones zigzag,
// so that small ones are short.
namespace wiregauge::history {

inline void AppendUnsigned(std::vector<uint8_t>& bytes, uint64_t number) {
  for (; number >= 0x80; number >>= 7) bytes.push_back(static_cast<uint8_t>(number | 0x80));
  bytes.push_back(static_cast<uint8_t>(number));
}

inline void AppendSigned(std::vector<uint8_t>& bytes, int64_t number) {
  AppendUnsigned(bytes, static_cast<uint64_t>(number) << 1 ^ static_cast<uint64_t>(number >> 63));
}

// Modulo 2^64: no overflow, and the one undoes the other.
inline int64_t Difference(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}
inline int64_t Sum(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

// Reads bytes that are not trusted: a read past the end gives false. Borrows them.
class VarintReader {
 public:
  explicit VarintReader(std::span<const uint8_t> bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }
  bool ReadByte(uint8_t& byte) {
    if (rest_.empty()) return false;
    byte = rest_.front();
    rest_ = rest_.subspan(1);
    return true;
  }
  bool ReadBytes(uint64_t count, std::span<const uint8_t>& bytes) {
    if (count > rest_.size()) return false;
    bytes = rest_.first(count);
    rest_ = rest_.subspan(count);
    return true;
  }
  bool ReadUnsigned(uint64_t& number) {
    number = 0;
    uint8_t byte = 0x80;
    for (unsigned shift = 0; (byte & 0x80) != 0; shift += 7) {
      if (shift > 63 || !ReadByte(byte)) return false;
      number |= uint64_t{byte & 0x7fu} << shift;
    }
    return true;
  }
  bool ReadSigned(int64_t& number) {
    uint64_t zigzag = 0;
    if (!ReadUnsigned(zigzag)) return false;
    number = static_cast<int64_t>(zigzag >> 1 ^ (~(zigzag & 1) + 1));
    return true;
  }

 private:
  std::span<const uint8_t> rest_;
};

}  // namespace wiregauge::history
