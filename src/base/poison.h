// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace wiregauge {

// Memory that is held for later use: AddressSanitizer reports who touches it before it is taken.
// Nothing happens in other builds.
void Poison(void* begin, size_t bytes) noexcept;
void Unpoison(void* begin, size_t bytes) noexcept;

}  // namespace wiregauge
