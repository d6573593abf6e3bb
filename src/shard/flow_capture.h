// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "base/time.h"
#include "flow/flow_key.h"
#include "model/flow_capture.h"
#include "shard/pcap_buffer.h"
#include "tables/flow_tap.h"

namespace wiregauge::shard {

// One flow's capture, shared by who asked for it and the shard that has the flow. It is asked for,
// then accepted by one shard or declined by all, then it runs, then it is done.
//
// Thread-safe in two halves: the first is the shard's thread, the second any other. A packet costs
// no lock: its bytes go into a buffer that only grows, its counters are atomics with one writer.
// While it runs, the counters may be a packet ahead of the file.
class FlowCapture final : public tables::FlowTap {
 public:
  struct Order {
    uint64_t id = 0;
    uint64_t flow_id = 0;
    flow::FlowKey key;
    uint16_t interface_index = 0;
    model::FlowCaptureLimits limits;
  };
  using SteadyTime = std::chrono::steady_clock::time_point;

  // `shards` are asked; the clock outlives it.
  FlowCapture(const Order& order, std::unique_ptr<PcapBuffer> file, size_t shards,
              const Clock& clock);

  const Order& order() const { return order_; }

  // The shard's half. `now` is the time by the source's clock.
  // It has the flow. False: nobody waits for an answer any more, and it stays away.
  bool Accept(Timestamp now);
  void Decline();
  bool OnPacket(const PacketView& view, Timestamp now) noexcept override;
  void OnFlowEnd() noexcept override { Finish(model::FlowCaptureEnd::kFlowEnded); }
  // Ends it when its time is over or it is to stop.
  void Look(Timestamp now, SteadyTime steady_now) noexcept;
  bool is_over() const { return is_over_; }  // on the shard's thread only
  void CountIn(model::FlowCaptureCounters& counters) const;

  // The others' half.
  enum class Answer : uint8_t { kAccepted, kDeclined, kLate };
  // Waits for the shards. When they are late none of them can accept it any more.
  Answer AwaitAnswer(SteadyTime deadline);
  void RequestStop() { stop_requested_.store(true, std::memory_order_relaxed); }
  // False when the deadline passes first.
  bool AwaitEnd(SteadyTime deadline);
  // No shard writes to it any more: it is done, or none has taken it.
  bool is_done() const { return is_done_.load(std::memory_order_acquire); }
  model::FlowCaptureRecord Record() const;
  std::string File() const { return file_->Copy(); }
  size_t memory_bytes() const { return file_->memory_bytes(); }
  // Gives back what it has not used, once it is done. Not while memory_bytes() is asked.
  void Trim() { file_->Trim(); }

 private:
  enum class Phase : uint8_t { kAsked, kDeclined, kRunning, kDone };

  void Finish(model::FlowCaptureEnd end) noexcept;
  void SetPhase(Phase phase) WIREGAUGE_REQUIRES(mutex_);

  const Order order_;
  const std::unique_ptr<PcapBuffer> file_;
  const Clock& clock_;
  const Timestamp started_at_;

  bool is_over_ = false;  // this and the deadlines are the shard's alone
  Timestamp packet_deadline_{};
  SteadyTime steady_deadline_{};
  std::atomic<uint64_t> packets_{0}, wire_bytes_{0}, cut_packets_{0}, dropped_packets_{0};
  std::atomic<bool> stop_requested_{false}, is_done_{false};

  mutable Mutex mutex_;
  CondVar changed_;
  Phase phase_ WIREGAUGE_GUARDED_BY(mutex_) = Phase::kAsked;
  size_t unanswered_ WIREGAUGE_GUARDED_BY(mutex_);
  std::optional<model::FlowCaptureEnd> end_ WIREGAUGE_GUARDED_BY(mutex_);
  std::optional<Timestamp> ended_at_ WIREGAUGE_GUARDED_BY(mutex_);
};

}  // namespace wiregauge::shard
