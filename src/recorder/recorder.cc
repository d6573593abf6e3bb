// SPDX-License-Identifier: Apache-2.0
#include "recorder/recorder.h"

#include <pthread.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace wiregauge::recorder {
namespace {

using SteadyClock = std::chrono::steady_clock;
using snapshot::Detail;

// Of an interface that is away nothing is known: that it has no traffic would be a guess.
bool IsOpen(const snapshot::InterfaceView& view) { return view.state == "open"; }

// As History has it. The same wherever the service is started; standard input has no other one.
std::string PathOf(const snapshot::InterfaceFacts& facts) {
  if (facts.live) return {};
  std::error_code error;
  const auto path = std::filesystem::absolute(facts.source, error);
  return facts.source == "-" || error ? facts.source : path.lexically_normal().string();
}

}  // namespace

Recorder::Recorder(history::History& history, const model::PlaceNames& places,
                   std::shared_ptr<const model::ApplicationCatalogue> catalogue,
                   std::vector<snapshot::InterfaceFacts> interfaces, const SeriesBudget& budget,
                   const Clock& clock)
    : catalogue_(std::move(catalogue)),
      interfaces_(std::move(interfaces)),
      clock_(clock),
      script_series_(history, budget.script_series, clock) {
  for (const snapshot::InterfaceFacts& facts : interfaces_) {
    const bool is_file = !facts.live;
    const uint32_t source = history.AddSource(facts.name, PathOf(facts));
    recorders_.emplace_back(history, places, source, is_file, budget);
    events_.emplace_back(history, source, facts.name);
    script_series_.AddInterface(facts.name, source, facts.live);
  }
  is_open_.assign(interfaces_.size(), false);
}

Recorder::~Recorder() { Stop(); }

bool Recorder::has_live() const {
  return std::ranges::any_of(interfaces_, &snapshot::InterfaceFacts::live);
}

void Recorder::Start(snapshot::SnapshotSource& source) {
  thread_ = std::thread([this, &source] { Run(source); });
  pthread_setname_np(thread_.native_handle(), "recorder");
}

void Recorder::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void Recorder::OnTick(uint16_t interface_index, const Tick& tick, const MakeSlice& make) {
  auto slice = make(InterfaceRecorder::DetailFor(tick.unix_second, tick.next));
  const uint32_t workers = interfaces_[interface_index].workers;
  MutexLock lock(mutex_);
  auto at = std::ranges::find_if(pending_, [&](const Pending& pending) {
    return pending.interface_index == interface_index &&
           pending.tick.unix_second == tick.unix_second;
  });
  if (at == pending_.end()) at = pending_.insert(at, {interface_index, tick, {}});
  at->slices.push_back(std::move(slice));
  if (at->slices.size() < workers) return;
  waiting_.push_back(std::move(*at));
  pending_.erase(at);
  changed_.NotifyAll();
  while (waiting_.size() > kMostWaiting && !stopping_) changed_.Wait(lock);
}

void Recorder::Run(snapshot::SnapshotSource& source) {
  const bool live = has_live();
  int64_t second = UnixSeconds(clock_.Now());
  while (true) {
    std::deque<Pending> taken;
    bool last = false;
    {
      const Timestamp next{std::chrono::seconds(second + 1)};
      const auto wake = SteadyClock::now() + (next - clock_.Now());
      MutexLock lock(mutex_);
      while (waiting_.empty() && !stopping_ && changed_.WaitUntil(lock, wake)) {
      }
      last = stopping_;
      taken.swap(waiting_);
      changed_.NotifyAll();
    }
    for (const Pending& pending : taken) RecordPending(pending);
    const int64_t now = UnixSeconds(clock_.Now());
    if (now != second || last) {
      script_series_.Record(now - 1);
      if (live) RecordLive(source, now - 1, last ? std::nullopt : std::optional(now));
      second = now;
    }
    if (last) {
      script_series_.Record(std::nullopt);
      return;
    }
  }
}

void Recorder::RecordPending(const Pending& pending) {
  const Detail detail = InterfaceRecorder::DetailFor(pending.tick.unix_second, pending.tick.next);
  const auto snapshot =
      snapshot::Merge(clock_.SteadyNow(), catalogue_, interfaces_, detail, pending.slices);
  recorders_[pending.interface_index].Record(*snapshot, pending.interface_index,
                                             pending.tick.unix_second, pending.tick.next);
  events_[pending.interface_index].LookAtFile(pending.tick.unix_second, !pending.tick.next);
  script_series_.TellSecond(pending.interface_index,
                            recorders_[pending.interface_index].last_second());
}

void Recorder::RecordLive(snapshot::SnapshotSource& source, int64_t unix_second,
                          std::optional<int64_t> next) {
  constexpr Duration kMaxAge = std::chrono::milliseconds(100);
  Detail detail = Detail::kCounters;
  for (uint16_t i = 0; i < recorders_.size(); ++i) {
    if (interfaces_[i].live) {
      detail = std::max(detail, recorders_[i].DetailForLate(unix_second, next));
    }
  }
  auto snapshot = source.Get(detail, kMaxAge);
  const auto closes = [&](uint16_t i) { return is_open_[i] && !IsOpen(snapshot->interfaces[i]); };
  for (uint16_t i = 0; i < recorders_.size() && detail != Detail::kRows; ++i) {
    if (!interfaces_[i].live || !closes(i)) continue;
    detail = Detail::kRows;
    snapshot = source.Get(detail, kMaxAge);
  }
  for (uint16_t i = 0; i < recorders_.size(); ++i) {
    if (!interfaces_[i].live) continue;
    const bool is_last = closes(i);
    is_open_[i] = IsOpen(snapshot->interfaces[i]);
    if (is_open_[i] || is_last) {
      recorders_[i].Record(*snapshot, i, unix_second, is_last ? std::nullopt : next);
    }
    events_[i].Look(snapshot->interfaces[i], unix_second);
  }
}

}  // namespace wiregauge::recorder
