// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/script_stats.h"

#include <algorithm>
#include <iterator>

namespace wiregauge::lua {
namespace {

constexpr std::array<std::string_view, static_cast<size_t>(RunResult::kCount)> kNames = {
    "ok",     "problem", "error",   "wall_time", "instructions",
    "memory", "output",  "refused", "abandoned", "skipped"};

}  // namespace

std::string_view RunResultName(RunResult result) { return kNames[static_cast<size_t>(result)]; }

RunResult ResultOf(const Outcome& outcome, bool has_problem) {
  switch (outcome.breach) {
    case Breach::kTime:
      return RunResult::kWallTime;
    case Breach::kInstructions:
      return RunResult::kInstructions;
    case Breach::kMemory:
      return RunResult::kMemory;
    case Breach::kOutput:
      return RunResult::kOutput;
    case Breach::kNone:
    case Breach::kCount:
      break;
  }
  if (outcome.ok()) return RunResult::kOk;
  return has_problem ? RunResult::kProblem : RunResult::kError;
}

void ScriptStats::Ran(const std::string& script, RunResult result, double seconds,
                      const std::string& error, Timestamp now) {
  const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
  const MutexLock lock(mutex_);
  OfScript& counts = counts_[script];
  ++counts.runs[static_cast<size_t>(result)];
  ++counts.durations[static_cast<size_t>(std::distance(kBounds.begin(), bound))];
  counts.seconds += seconds;
  if (result == RunResult::kOk || result == RunResult::kProblem) return;
  counts.last_error = error;
  counts.last_error_at = now;
}

void ScriptStats::DidNotRun(const std::string& script, RunResult result, uint64_t times) {
  const MutexLock lock(mutex_);
  counts_[script].runs[static_cast<size_t>(result)] += times;
}

ScriptStats::Counts ScriptStats::counts() const {
  const MutexLock lock(mutex_);
  return counts_;
}

}  // namespace wiregauge::lua
