// SPDX-License-Identifier: Apache-2.0
#include "shard/flow_capture.h"

#include <algorithm>
#include <utility>

namespace wiregauge::shard {
namespace {

// An atomic with one writer needs no read-modify-write.
void Add(std::atomic<uint64_t>& counter, uint64_t more) {
  counter.store(counter.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
}

}  // namespace

FlowCapture::FlowCapture(const Order& order, std::unique_ptr<PcapBuffer> file, size_t shards,
                         const Clock& clock)
    : order_(order),
      file_(std::move(file)),
      clock_(clock),
      started_at_(clock.Now()),
      unanswered_(shards) {}

bool FlowCapture::Accept(Timestamp now) {
  packet_deadline_ = now + order_.limits.max_duration;
  steady_deadline_ = std::chrono::steady_clock::now() + order_.limits.max_duration;
  MutexLock lock(mutex_);
  if (phase_ != Phase::kAsked) return false;
  SetPhase(Phase::kRunning);
  return true;
}

void FlowCapture::Decline() {
  MutexLock lock(mutex_);
  if (--unanswered_ == 0 && phase_ == Phase::kAsked) SetPhase(Phase::kDeclined);
}

void FlowCapture::SetPhase(Phase phase) {
  phase_ = phase;
  if (phase != Phase::kRunning) is_done_.store(true, std::memory_order_release);
  changed_.NotifyAll();
}

bool FlowCapture::OnPacket(const PacketView& view, Timestamp now) noexcept {
  if (now > packet_deadline_) {
    Finish(model::FlowCaptureEnd::kTime);
    return false;
  }
  if (view.link_type != file_->link_type()) {
    Add(dropped_packets_, 1);
    return true;
  }
  if (!file_->Append(view)) {
    Finish(model::FlowCaptureEnd::kBytes);
    return false;
  }
  Add(packets_, 1);
  Add(wire_bytes_, view.wire_bytes);
  const size_t stored = std::min<size_t>(view.captured.size(), file_->snap_length_bytes());
  if (stored < view.wire_bytes) Add(cut_packets_, 1);
  if (packets_.load(std::memory_order_relaxed) < order_.limits.max_packets) return true;
  Finish(model::FlowCaptureEnd::kPackets);
  return false;
}

void FlowCapture::Look(Timestamp now, SteadyTime steady_now) noexcept {
  if (is_over_) return;
  if (stop_requested_.load(std::memory_order_relaxed)) {
    Finish(model::FlowCaptureEnd::kStopped);
  } else if (now > packet_deadline_ || steady_now >= steady_deadline_) {
    Finish(model::FlowCaptureEnd::kTime);
  }
}

void FlowCapture::Finish(model::FlowCaptureEnd end) noexcept {
  is_over_ = true;
  const Timestamp now = clock_.Now();
  MutexLock lock(mutex_);
  end_ = end;
  ended_at_ = now;
  SetPhase(Phase::kDone);
}

void FlowCapture::CountIn(model::FlowCaptureCounters& counters) const {
  const model::FlowCaptureRecord record = Record();
  ++counters.started;
  if (record.end) ++counters.ended[static_cast<size_t>(*record.end)];
  counters.captured += record.captured;
  counters.dropped_packets += record.dropped_packets;
}

FlowCapture::Answer FlowCapture::AwaitAnswer(SteadyTime deadline) {
  MutexLock lock(mutex_);
  while (phase_ == Phase::kAsked) {
    if (changed_.WaitUntil(lock, deadline) || phase_ != Phase::kAsked) continue;
    SetPhase(Phase::kDeclined);
    return Answer::kLate;
  }
  return phase_ == Phase::kDeclined ? Answer::kDeclined : Answer::kAccepted;
}

bool FlowCapture::AwaitEnd(SteadyTime deadline) {
  MutexLock lock(mutex_);
  while (phase_ != Phase::kDone) {
    if (!changed_.WaitUntil(lock, deadline) && phase_ != Phase::kDone) return false;
  }
  return true;
}

model::FlowCaptureRecord FlowCapture::Record() const {
  model::FlowCaptureRecord record;
  record.id = order_.id;
  record.flow_id = order_.flow_id;
  record.interface_index = order_.interface_index;
  record.limits = order_.limits;
  record.started_at = started_at_;
  {
    MutexLock lock(mutex_);
    record.end = end_;
    record.ended_at = ended_at_;
  }
  record.file_bytes = file_->size();
  record.captured = {packets_.load(std::memory_order_relaxed),
                     wire_bytes_.load(std::memory_order_relaxed)};
  record.cut_packets = cut_packets_.load(std::memory_order_relaxed);
  record.dropped_packets = dropped_packets_.load(std::memory_order_relaxed);
  return record;
}

}  // namespace wiregauge::shard
