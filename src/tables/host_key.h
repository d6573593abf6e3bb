// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/ip_address.h"

namespace wiregauge::tables {

// An address on a VLAN. Plain bytes without padding, hashed and compared as memory.
struct HostKey {
  std::array<uint8_t, 16> ip{};
  uint16_t vlan = 0;
  uint8_t ip_version = 0;
  uint8_t zero = 0;

  HostKey() = default;
  HostKey(const IpAddress& address, uint16_t vlan_id)
      : ip(address.storage()), vlan(vlan_id), ip_version(address.version()) {}
  bool operator==(const HostKey&) const = default;
  std::span<const uint8_t, 20> bytes() const {
    return std::span<const uint8_t, 20>(reinterpret_cast<const uint8_t*>(this), 20);
  }
};
static_assert(sizeof(HostKey) == 20);

}  // namespace wiregauge::tables
