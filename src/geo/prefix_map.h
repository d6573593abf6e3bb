// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/ip_address.h"

namespace wiregauge::geo {

// Numbers by prefix; an address has that of the longest prefix which holds it. A look-up searches
// once for each length that is in use. Immutable after the last Add: then any thread may ask.
class PrefixMap {
 public:
  // Of equal prefixes the first one counts. `number` is not 0.
  void Add(const IpNetwork& prefix, uint16_t number);
  // 0: no prefix holds it.
  uint16_t Find(const IpAddress& ip) const noexcept;

 private:
  struct Level {  // the prefixes of one length
    uint8_t version = 0, bits = 0;
    std::vector<std::pair<IpAddress, uint16_t>> numbers;  // by address
  };

  std::vector<Level> levels_;  // longest first
};

}  // namespace wiregauge::geo
