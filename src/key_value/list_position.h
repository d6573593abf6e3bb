// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wiregauge::key_value {

// A list's elements have numbers that never change: it grows to below its first one and to beyond
// its last one. As the part of an entry such a number is eight bytes that sort as it does.
std::string PartOf(int64_t position);
int64_t PositionOf(std::string_view part);  // 0 for what is none

}  // namespace wiregauge::key_value
