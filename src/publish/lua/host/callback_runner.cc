// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/callback_runner.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/text.h"

namespace wiregauge::lua {
namespace {

using std::chrono::steady_clock;

// The wall clock may leap: it is looked at this often.
constexpr std::chrono::seconds kLongestWait(1);
constexpr std::chrono::minutes kTellInterval(1);
constexpr size_t kMostPrinted = 4096;

std::vector<const Script*> CallbacksOf(const ScriptSet& set, Period period) {
  std::vector<const Script*> callbacks;
  for (const Script& script : set.scripts) {
    if (!script.is_good || script.file->kind != ScriptKind::kCallback) continue;
    if (script.file->period == period) callbacks.push_back(&script);
  }
  return callbacks;
}

Timestamp NextTurn(Timestamp now, std::chrono::seconds period) {
  const auto since = now.time_since_epoch();
  return Timestamp((since / period + 1) * period);
}

void TellPrinted(const std::string& script, std::string_view printed) {
  for (const std::string_view line : Split(printed.substr(0, kMostPrinted), '\n')) {
    if (!line.empty()) log::Info("lua", ToValidUtf8(line), {{"script", script}});
  }
}

}  // namespace

CallbackRunner::CallbackRunner(Services& services, const Limits& limits, ScriptStats& stats,
                               std::shared_ptr<const ScriptSet> set)
    : services_(services), limits_(limits), stats_(stats), set_(std::move(set)) {
  for (size_t i = 0; i < tracks_.size(); ++i) {
    Track& track = tracks_[i];
    track.period = static_cast<Period>(i);
    track.set = set_;
    // Those that are there from the start miss nothing that came before.
    Subscribe(track, [](snapshot::FlowTape& tape) { return tape.SubscribeToKept(); });
    threads_.emplace_back("lua-" + std::string(PeriodName(track.period)),
                          [this, &track] { Work(track); });
  }
}

CallbackRunner::~CallbackRunner() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  threads_.clear();
}

void CallbackRunner::SetScripts(std::shared_ptr<const ScriptSet> set) {
  {
    const MutexLock lock(mutex_);
    set_ = std::move(set);
  }
  changed_.NotifyAll();
}

bool CallbackRunner::WaitForTurn(Track& track) {
  std::optional<Timestamp> turn;
  MutexLock lock(mutex_);
  while (!stopping_) {
    if (track.set != set_) {
      track.set = set_;
      track.runtime.reset();
      Subscribe(track, [](snapshot::FlowTape& tape) { return tape.Subscribe(); });
    }
    if (CallbacksOf(*track.set, track.period).empty()) {
      turn.reset();
      changed_.Wait(lock);
      continue;
    }
    const Timestamp now = services_.clock.Now();
    const Timestamp next = NextTurn(now, LengthOf(track.period));
    // A clock that goes back moves the turn, too.
    if (!turn || next < *turn) turn = next;
    if (now >= *turn) return true;
    changed_.WaitUntil(lock, steady_clock::now() + std::min<Duration>(*turn - now, kLongestWait));
  }
  return false;
}

void CallbackRunner::Subscribe(
    Track& track, snapshot::FlowTape::Subscription (*subscribe)(snapshot::FlowTape& tape)) {
  if (services_.flow_tape == nullptr) return;
  const auto callbacks = CallbacksOf(*track.set, track.period);
  std::erase_if(track.tapes, [&](const auto& tape) {
    return std::none_of(callbacks.begin(), callbacks.end(),
                        [&](const Script* script) { return script->file->name == tape.first; });
  });
  for (const Script* const script : callbacks) {
    if (track.tapes.contains(script->file->name)) continue;
    track.tapes.emplace(script->file->name, subscribe(*services_.flow_tape));
  }
}

void CallbackRunner::Work(Track& track) {
  while (WaitForTurn(track)) {
    const auto begun = steady_clock::now();
    const auto into = services_.clock.Now().time_since_epoch() % LengthOf(track.period);
    RunAll(track);
    const auto late = into + (steady_clock::now() - begun);
    const auto missed = static_cast<uint64_t>(late / LengthOf(track.period));
    if (missed == 0) continue;
    for (const Script* const script : CallbacksOf(*track.set, track.period)) {
      stats_.DidNotRun(script->file->name, RunResult::kSkipped, missed);
    }
  }
}

bool CallbackRunner::Renew(Track& track) {
  if (track.runtime != nullptr && !track.runtime->is_spent()) return true;
  auto runtime = Runtime::Make(services_);
  if (!runtime.ok()) {
    log::Error("lua", "no state can be made", {{"problem", runtime.error().message}});
    return false;
  }
  track.runtime = std::move(runtime).value();
  for (const Script& script : track.set->scripts) {
    if (script.is_good && script.file->kind == ScriptKind::kModule) {
      track.runtime->AddModule(script.file);
    }
  }
  for (const Script* const script : CallbacksOf(*track.set, track.period)) {
    track.runtime->Load(*script->file, limits_);
  }
  return true;
}

void CallbackRunner::RunAll(Track& track) {
  for (const Script* const script : CallbacksOf(*track.set, track.period)) {
    if (services_.stopping.load(std::memory_order_relaxed)) return;
    if (Renew(track)) RunOne(track, *script);
  }
}

void CallbackRunner::RunOne(Track& track, const Script& script) {
  const std::string& name = script.file->name;
  Call call(services_, name);
  call.period = LengthOf(track.period);
  if (const auto tape = track.tapes.find(name); tape != track.tapes.end()) {
    call.flow_tape = &tape->second;
  }
  const auto begun = steady_clock::now();
  const Outcome outcome = track.runtime->Run(name, call, limits_);
  const std::chrono::duration<double> taken = steady_clock::now() - begun;
  stats_.Ran(name, ResultOf(outcome, false), taken.count(), outcome.message, services_.clock.Now());
  TellPrinted(name, track.runtime->TakeOutput());
  if (!outcome.ok()) TellFailure(track, name, outcome.message);
}

void CallbackRunner::TellFailure(Track& track, const std::string& script,
                                 const std::string& message) {
  const SteadyTime now = steady_clock::now();
  const auto told = track.told_at.find(script);
  if (told != track.told_at.end() && now - told->second < kTellInterval) return;
  track.told_at[script] = now;
  log::Error("lua", "a callback failed", {{"script", script}, {"problem", message}});
}

}  // namespace wiregauge::lua
