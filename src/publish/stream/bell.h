// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/mutex.h"
#include "base/time.h"

namespace wiregauge::stream {

// Wakes one thread; rung before it waits, it does not wait. Thread-safe.
class Bell {
 public:
  void Ring() WIREGAUGE_EXCLUDES(mutex_);
  // Until it rings, or until then.
  void WaitUntil(SteadyTime deadline) WIREGAUGE_EXCLUDES(mutex_);

 private:
  Mutex mutex_;
  CondVar rings_;
  bool is_rung_ WIREGAUGE_GUARDED_BY(mutex_) = false;
};

}  // namespace wiregauge::stream
