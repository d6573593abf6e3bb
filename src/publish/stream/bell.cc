// SPDX-License-Identifier: Apache-2.0
#include "publish/stream/bell.h"

#include <utility>

namespace wiregauge::stream {

void Bell::Ring() {
  {
    const MutexLock lock(mutex_);
    if (std::exchange(is_rung_, true)) return;
  }
  rings_.NotifyOne();
}

void Bell::WaitUntil(SteadyTime deadline) {
  MutexLock lock(mutex_);
  while (!is_rung_ && rings_.WaitUntil(lock, deadline)) {
  }
  is_rung_ = false;
}

}  // namespace wiregauge::stream
