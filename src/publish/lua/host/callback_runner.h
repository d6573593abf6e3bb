// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "publish/lua/call.h"
#include "publish/lua/host/runtime.h"
#include "publish/lua/host/script_set.h"
#include "publish/lua/host/script_stats.h"
#include "publish/lua/host/script_thread.h"

namespace wiregauge::lua {

// Runs callbacks at whole multiples of their period since 1970 (UTC), each period on a thread of
// its own, so that a slow one holds up no other period. Callbacks of one period run one after
// another. One that is still at it when its time comes again is not run for that time, which is
// counted. Thread-safe.
class CallbackRunner {
 public:
  // Borrows services and stats.
  CallbackRunner(Services& services, const Limits& limits, ScriptStats& stats,
                 std::shared_ptr<const ScriptSet> set);
  // Waits for callbacks that run.
  ~CallbackRunner();

  void SetScripts(std::shared_ptr<const ScriptSet> set) WIREGAUGE_EXCLUDES(mutex_);

 private:
  // What one thread has.
  struct Track {
    Period period{};
    std::shared_ptr<const ScriptSet> set;
    std::unique_ptr<Runtime> runtime;
    // By script: what it has read of the flow records. They live as long as the script is there.
    std::map<std::string, snapshot::FlowTape::Subscription> tapes;
    std::map<std::string, SteadyTime> told_at;  // when an error of the script was last logged
  };

  void Work(Track& track) WIREGAUGE_EXCLUDES(mutex_);
  // The next time of the period; nothing: it is over.
  bool WaitForTurn(Track& track) WIREGAUGE_EXCLUDES(mutex_);
  void RunAll(Track& track);
  void RunOne(Track& track, const Script& script);
  bool Renew(Track& track);
  // Gives each callback that has none a place on the tape.
  void Subscribe(Track& track,
                 snapshot::FlowTape::Subscription (*subscribe)(snapshot::FlowTape& tape));
  void TellFailure(Track& track, const std::string& script, const std::string& message);

  Services& services_;
  const Limits limits_;
  ScriptStats& stats_;
  Mutex mutex_;
  CondVar changed_;
  std::shared_ptr<const ScriptSet> set_ WIREGAUGE_GUARDED_BY(mutex_);
  bool stopping_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  std::array<Track, static_cast<size_t>(Period::kCount)> tracks_;
  std::deque<ScriptThread> threads_;
};

}  // namespace wiregauge::lua
