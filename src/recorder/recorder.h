// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/time.h"
#include "history/history.h"
#include "model/application.h"
#include "model/place.h"
#include "recorder/event_recorder.h"
#include "recorder/interface_recorder.h"
#include "recorder/script_series.h"
#include "snapshot/shard_slice.h"
#include "snapshot/snapshot.h"
#include "snapshot/tick_sink.h"

namespace wiregauge::recorder {

// Writes history: of files as their shards tell each second of packet time, of live interfaces at
// each second of the clock on the wall, and what scripts tell. One thread; a file's shards wait
// when it does not keep up. Thread-safe.
class Recorder final : public snapshot::TickSink {
 public:
  // Borrows history, places and clock.
  Recorder(history::History& history, const model::PlaceNames& places,
           std::shared_ptr<const model::ApplicationCatalogue> catalogue,
           std::vector<snapshot::InterfaceFacts> interfaces, const SeriesBudget& budget,
           const Clock& clock);
  ~Recorder() override;

  // Where live interfaces are seen. Nothing is recorded before. Once, before Stop.
  void Start(snapshot::SnapshotSource& source);
  // Records what files have told, and live interfaces as they are now. No tick comes afterwards.
  void Stop();

  // Scripts' own series, of these interfaces and of the service.
  ScriptSeries& script_series() { return script_series_; }

  void OnTick(uint16_t interface_index, const Tick& tick, const MakeSlice& make) override
      WIREGAUGE_EXCLUDES(mutex_);

 private:
  struct Pending {
    uint16_t interface_index = 0;
    Tick tick;
    std::vector<std::shared_ptr<const snapshot::ShardSlice>> slices;
  };

  static constexpr size_t kMostWaiting = 64;

  void Run(snapshot::SnapshotSource& source) WIREGAUGE_EXCLUDES(mutex_);
  void RecordPending(const Pending& pending);
  void RecordLive(snapshot::SnapshotSource& source, int64_t unix_second,
                  std::optional<int64_t> next);
  bool has_live() const;

  const std::shared_ptr<const model::ApplicationCatalogue> catalogue_;
  const std::vector<snapshot::InterfaceFacts> interfaces_;
  const Clock& clock_;
  ScriptSeries script_series_;
  // By interface; the thread's alone.
  std::vector<InterfaceRecorder> recorders_;
  std::vector<EventRecorder> events_;
  std::vector<bool> is_open_;  // live ones: their last look was recorded

  Mutex mutex_;
  CondVar changed_;
  std::deque<Pending> pending_ WIREGAUGE_GUARDED_BY(mutex_);  // not told by all workers yet
  std::deque<Pending> waiting_ WIREGAUGE_GUARDED_BY(mutex_);
  bool stopping_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace wiregauge::recorder
