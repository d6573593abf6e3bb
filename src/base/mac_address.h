// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace wiregauge {

// A 48-bit MAC address. All zero means "none" (the link type has no addresses).
struct MacAddress {
  std::array<uint8_t, 6> bytes{};

  bool IsZero() const { return *this == MacAddress{}; }
  bool IsGroup() const { return (bytes[0] & 1) != 0; }  // multicast and broadcast, IEEE 802.3 3.2.3
  std::string ToString() const;                         // "02:00:5e:10:00:01"
  static std::optional<MacAddress> Parse(std::string_view text);

  auto operator<=>(const MacAddress&) const = default;
  // By words: compared several times on every packet.
  bool operator==(const MacAddress& other) const {
    uint32_t a = 0, b = 0;
    uint16_t a_end = 0, b_end = 0;
    std::memcpy(&a, bytes.data(), 4);
    std::memcpy(&b, other.bytes.data(), 4);
    std::memcpy(&a_end, bytes.data() + 4, 2);
    std::memcpy(&b_end, other.bytes.data() + 4, 2);
    return a == b && a_end == b_end;
  }
};

}  // namespace wiregauge
