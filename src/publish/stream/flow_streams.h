// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/time.h"
#include "publish/http/body_stream.h"
#include "publish/stream/bell.h"
#include "publish/stream/event.h"
#include "publish/stream/flow_cursor.h"
#include "publish/stream/flow_view.h"
#include "publish/stream/rendered_events.h"
#include "publish/stream/stream_state.h"
#include "snapshot/flow_sink.h"
#include "snapshot/flow_tape.h"

namespace wiregauge::stream {

struct StreamOptions {
  size_t most_clients = 0;
  size_t ring_records = 0, ring_bytes = 0;  // what is kept for those who come back
  size_t client_bytes = 0;                  // what may wait for one client
  std::chrono::milliseconds stall_timeout{}, keep_alive{}, max_age{};
};

// The live stream: takes flow records, keeps the newest, and writes them to every client as events,
// on one thread of its own. A client that does not read is not waited for: it falls behind in what
// is kept, and what has left that before it was read the client has missed: it gets a gap event
// when it reads again. Thread-safe.
class FlowStreams final : public snapshot::FlowSink {
 public:
  explicit FlowStreams(const StreamOptions& options);
  ~FlowStreams() override;  // Stop()
  FlowStreams(const FlowStreams&) = delete;
  FlowStreams& operator=(const FlowStreams&) = delete;

  void OnFlows(const snapshot::FlowTape::Batch& flows) noexcept override;

  // A new client's body, that begins with what comes next, or behind this id, or with all that is
  // kept when the id is not of this process. Null: there are as many as there may be, or Stop() was
  // called.
  std::shared_ptr<http::BodyReader> Follow(std::unique_ptr<FlowView> view,
                                           std::string_view last_event_id)
      WIREGAUGE_EXCLUDES(mutex_);

  // Gives all clients what they have room for, and ends their streams. Idempotent.
  void Stop() WIREGAUGE_EXCLUDES(mutex_);

  const std::string& run() const { return run_; }
  StreamState state() const WIREGAUGE_EXCLUDES(mutex_);

 private:
  struct Client;
  using Clients = std::vector<std::unique_ptr<Client>>;

  void Run();
  // False: stop.
  bool TakeNewClients(Clients& clients) WIREGAUGE_EXCLUDES(mutex_);
  // Whether one has more to get.
  bool ServeAll(Clients& clients) WIREGAUGE_EXCLUDES(mutex_);
  bool IsOver(Client& client, SteadyTime now);
  FlowCursor::Turn Serve(Client& client, SteadyTime now);
  FlowCursor::Turn WriteFlows(Client& client);
  bool WriteGap(Client& client);
  void KeepAlive(Client& client, SteadyTime now);
  // Where a client with this id begins, and what it has missed before.
  std::unique_ptr<Client> PlaceClient(std::unique_ptr<FlowView> view,
                                      std::string_view last_event_id);
  void AddToGap(Client& client, const FlowCursor::Missed& missed);
  void CountEnd(StreamEnd end) { ++ended_[static_cast<size_t>(end)]; }

  const StreamOptions options_;
  const std::string run_;
  snapshot::FlowTape tape_;
  const snapshot::FlowTape::Subscription keeps_;  // for the tape to keep something
  const std::shared_ptr<Bell> bell_;              // bodies may outlive this
  RenderedEvents events_;                         // the thread's
  std::atomic<uint64_t> flow_events_ = 0, gap_events_ = 0, skipped_records_ = 0;
  std::array<std::atomic<uint64_t>, static_cast<size_t>(StreamEnd::kCount)> ended_{};
  std::atomic<size_t> clients_ = 0;  // the new ones included
  mutable Mutex mutex_;
  Clients new_clients_ WIREGAUGE_GUARDED_BY(mutex_);
  bool is_stopping_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  uint64_t accepted_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  uint64_t refused_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  std::thread thread_;
};

}  // namespace wiregauge::stream
