// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "base/time.h"
#include "publish/lua/vm/state.h"

namespace wiregauge::lua {

// How runs of scripts ended.
enum class RunResult : uint8_t {
  kOk,
  kProblem,  // the script ended itself with wiregauge.problem
  kError,
  kWallTime,
  kInstructions,
  kMemory,
  kOutput,
  kRefused,    // not run: too many were waiting
  kAbandoned,  // not run: who asked has gone
  kSkipped,    // a callback's: not run, the one before was still running
  kCount,
};
std::string_view RunResultName(RunResult result);
RunResult ResultOf(const Outcome& outcome, bool has_problem);

// Counts runs of scripts. Thread-safe.
class ScriptStats {
 public:
  // Upper bounds of the duration classes, in seconds.
  static constexpr std::array<double, 12> kBounds = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                                     0.01,   0.05,    0.1,    0.5,   1,      5};
  struct OfScript {
    std::array<uint64_t, static_cast<size_t>(RunResult::kCount)> runs{};
    std::array<uint64_t, kBounds.size() + 1> durations{};  // of those that ran
    double seconds = 0;
    std::string last_error;
    Timestamp last_error_at;
  };
  using Counts = std::map<std::string, OfScript, std::less<>>;

  // One that ran. `error`: of one that failed.
  void Ran(const std::string& script, RunResult result, double seconds, const std::string& error,
           Timestamp now) WIREGAUGE_EXCLUDES(mutex_);
  void DidNotRun(const std::string& script, RunResult result, uint64_t times = 1)
      WIREGAUGE_EXCLUDES(mutex_);
  Counts counts() const WIREGAUGE_EXCLUDES(mutex_);

 private:
  mutable Mutex mutex_;
  Counts counts_ WIREGAUGE_GUARDED_BY(mutex_);
};

}  // namespace wiregauge::lua
