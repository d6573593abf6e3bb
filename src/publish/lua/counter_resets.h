// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "model/traffic.h"

namespace wiregauge::lua {

// An interface's counters at the time when a script last set its own counting to zero: what is
// shown since then is the difference. The counters themselves never go down, and like them this
// lives as long as the process. Thread-safe.
class CounterResets {
 public:
  struct Counters {
    model::Traffic received;
    uint64_t dropped_packets = 0;
  };

  void Reset(std::string_view interface_name, const Counters& now) WIREGAUGE_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    resets_.insert_or_assign(std::string(interface_name), now);
  }
  // Zeros when there was no reset.
  Counters Of(std::string_view interface_name) const WIREGAUGE_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    const auto reset = resets_.find(interface_name);
    return reset == resets_.end() ? Counters{} : reset->second;
  }

 private:
  mutable Mutex mutex_;
  std::map<std::string, Counters, std::less<>> resets_ WIREGAUGE_GUARDED_BY(mutex_);
};

}  // namespace wiregauge::lua
