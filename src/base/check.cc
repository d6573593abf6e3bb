// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace wiregauge {

void CheckFailed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "wiregauge: broken promise: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace wiregauge
