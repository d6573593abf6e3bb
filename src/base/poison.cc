// SPDX-License-Identifier: Apache-2.0
#include "base/poison.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>

namespace wiregauge {

void Poison(void* begin, size_t bytes) noexcept { __asan_poison_memory_region(begin, bytes); }
void Unpoison(void* begin, size_t bytes) noexcept { __asan_unpoison_memory_region(begin, bytes); }

}  // namespace wiregauge
#else
namespace wiregauge {

void Poison(void*, size_t) noexcept {}
void Unpoison(void*, size_t) noexcept {}

}  // namespace wiregauge
#endif
