// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "model/two_way.h"

namespace wiregauge::model {

// A kind of ICMP message. IPv4's and IPv6's types mean different things.
struct IcmpKey {
  uint8_t l4_protocol = 0;  // 1: ICMP, 58: ICMPv6
  uint8_t type = 0;
  uint8_t code = 0;

  auto operator<=>(const IcmpKey&) const = default;
};

// Sums over ICMP packets by their kind. Those of the first kMost kinds have rows; `other` has the
// rest, and the packets whose type is not known (later fragments, a snap length that cut it off).
// So the sum over all is exact.
struct IcmpTallies {
  static constexpr size_t kMost = 64;

  std::vector<std::pair<IcmpKey, TwoWay>> items;
  TwoWay other;

  // The row of a kind, made when there is room; else `other`.
  TwoWay& RowOf(const IcmpKey& key);
  void Merge(const IcmpTallies& from);
  size_t owned_bytes() const { return items.capacity() * sizeof(items[0]); }
};

// By IANA's registries of ICMP and ICMPv6 parameters: "Echo Request", "Port Unreachable". Null when
// there is no such name, and for code 0 of types that have no codes of their own.
const char* IcmpTypeName(const IcmpKey& key);
const char* IcmpCodeName(const IcmpKey& key);

}  // namespace wiregauge::model
