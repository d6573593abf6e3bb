// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace wiregauge {

void CheckFailed(const char* condition, std::source_location where) noexcept {
  std::fprintf(stderr, "wiregauge: broken promise: %s (%s:%u)\n", condition, where.file_name(),
               static_cast<unsigned>(where.line()));
  std::abort();
}

}  // namespace wiregauge
