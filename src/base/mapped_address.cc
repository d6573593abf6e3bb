// SPDX-License-Identifier: Apache-2.0
#include "base/mapped_address.h"

#include <algorithm>

namespace wiregauge {

IpAddress Unmapped(const IpAddress& address) {
  constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const auto bytes = address.bytes();
  if (address.version() != 6 || !std::ranges::equal(bytes.first<kMapped.size()>(), kMapped)) {
    return address;
  }
  return IpAddress::V4(bytes.last<4>());
}

}  // namespace wiregauge
