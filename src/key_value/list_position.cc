// SPDX-License-Identifier: Apache-2.0
#include "key_value/list_position.h"

namespace wiregauge::key_value {
namespace {

constexpr size_t kBytes = 8;
constexpr uint64_t kZero = uint64_t{1} << 63;  // negative numbers sort before it

}  // namespace

std::string PartOf(int64_t position) {
  const uint64_t number = static_cast<uint64_t>(position) + kZero;
  std::string part;
  for (size_t i = kBytes; i-- > 0;) part += static_cast<char>(number >> (8 * i));
  return part;
}

int64_t PositionOf(std::string_view part) {
  if (part.size() != kBytes) return 0;
  uint64_t number = 0;
  for (const char c : part) number = number << 8 | static_cast<uint8_t>(c);
  return static_cast<int64_t>(number - kZero);
}

}  // namespace wiregauge::key_value
