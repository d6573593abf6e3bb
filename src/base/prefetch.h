// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace wiregauge {

// Asks for the cache lines of what is written soon. Large tables miss the cache on every packet;
// the misses of one packet's entries then overlap.
inline void PrefetchToWrite(const void* begin, size_t bytes) noexcept {
  constexpr size_t kCacheLine = 64;
  for (size_t at = 0; at < bytes; at += kCacheLine) {
    __builtin_prefetch(static_cast<const char*>(begin) + at, 1);
  }
}

}  // namespace wiregauge
