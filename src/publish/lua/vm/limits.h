// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/time.h"

namespace wiregauge::lua {

// What one call of a script may take.
struct Limits {
  Duration wall_time = std::chrono::seconds(5);
  // Of the interpreter; work that C functions do for the script is counted in the same unit.
  uint64_t instructions = 500'000'000;
  // Beyond what the state takes when it is idle: live data and garbage.
  size_t memory_bytes = size_t{64} << 20;
  size_t output_bytes = size_t{16} << 20;
  // Its time is over when this becomes true. Null: nobody says so.
  const std::atomic<bool>* stop = nullptr;
};

// Which limit a call has broken.
enum class Breach : uint8_t { kNone, kTime, kInstructions, kMemory, kOutput, kCount };
std::string_view BreachName(Breach breach);  // "wall_time", "instructions", "memory", "output"
std::string_view BreachText(Breach breach);  // with the setting's name

}  // namespace wiregauge::lua
