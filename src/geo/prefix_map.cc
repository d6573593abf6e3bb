// SPDX-License-Identifier: Apache-2.0
#include "geo/prefix_map.h"

#include <algorithm>

namespace wiregauge::geo {
namespace {

template <typename Numbers>
auto PlaceIn(Numbers& numbers, const IpAddress& ip) {
  return std::lower_bound(numbers.begin(), numbers.end(), ip,
                          [](const auto& item, const IpAddress& key) { return item.first < key; });
}

}  // namespace

void PrefixMap::Add(const IpNetwork& prefix, uint16_t number) {
  const uint8_t version = prefix.address().version();
  const uint8_t bits = prefix.prefix_bits();
  auto level = std::find_if(levels_.begin(), levels_.end(), [&](const Level& other) {
    return other.bits < bits || (other.bits == bits && other.version == version);
  });
  if (level == levels_.end() || level->bits != bits) {
    level = levels_.insert(level, Level{version, bits, {}});
  }
  const auto at = PlaceIn(level->numbers, prefix.address());
  if (at != level->numbers.end() && at->first == prefix.address()) return;
  level->numbers.emplace(at, prefix.address(), number);
}

uint16_t PrefixMap::Find(const IpAddress& ip) const noexcept {
  for (const Level& level : levels_) {
    if (level.version != ip.version()) continue;
    const IpNetwork prefix(ip, level.bits);
    const auto at = PlaceIn(level.numbers, prefix.address());
    if (at != level.numbers.end() && at->first == prefix.address()) return at->second;
  }
  return 0;
}

}  // namespace wiregauge::geo
