// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
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
};

}  // namespace wiregauge
