// SPDX-License-Identifier: Apache-2.0
#include "shard/shard.h"

#include <pthread.h>

#include <utility>

namespace wiregauge::shard {
namespace {

// Large enough that the work between batches costs nothing, small enough that it comes often.
constexpr size_t kBatchPackets = 256;
constexpr size_t kRowsAtOnce = 2048;
constexpr Duration kWait = std::chrono::milliseconds(20);

}  // namespace

Shard::Shard(ShardParts parts, const KeyedHash& hash, const Clock& clock, Exporter* exporter)
    : parts_(std::move(parts)),
      clock_(clock),
      exporter_(exporter),
      tables_(parts_.tables, hash, *parts_.classifier),
      capture_desk_(tables_),
      slices_(tables_) {}

Shard::~Shard() {
  RequestStop();
  Join();
}

void Shard::Start() {
  thread_ = std::thread([this] { Run(); });
  pthread_setname_np(thread_.native_handle(), "shard");
}

void Shard::Join() {
  if (thread_.joinable()) thread_.join();
}

bool Shard::SourceIsOpen() const {
  const capture::SourceState state = parts_.source->state();
  return state == capture::SourceState::kOpen || state == capture::SourceState::kGone;
}

void Shard::Run() noexcept {
  while (SourceIsOpen() && !stop_.load(std::memory_order_relaxed)) {
    const size_t count =
        parts_.source->Poll(*this, kBatchPackets, slices_.running() ? Duration::zero() : kWait);
    if (parts_.live && count == 0) tables_.AdvanceTo(clock_.Now());
    HandOnRecords();
    capture_desk_.Serve();
    ServeSlices();
  }
  Finish();
}

void Shard::HandOnRecords() {
  if (!tables_.ended_flows().has_batches()) return;
  for (auto& batch : tables_.ended_flows().TakeBatches()) {
    if (exporter_ == nullptr) continue;
    const size_t records = batch->size();
    if (!parts_.live) {
      exporter_->Hand(std::move(batch));
    } else if (!exporter_->Offer(std::move(batch))) {
      tables_.CountDroppedRecords(records);
    }
  }
}

void Shard::ServeSlices() {
  if (!slices_.running()) {
    if (!exchange_.wanted()) return;
    slices_.Begin(exchange_.Take(), DescribeSource());
  }
  if (slices_.Continue(kRowsAtOnce)) slices_.PublishTo(exchange_);
}

// A reader's slice that is being copied shows an older instant: it is finished first.
void Shard::OnTick(const snapshot::TickSink::Tick& tick) noexcept {
  if (parts_.ticks == nullptr) return;
  FinishSlice();
  parts_.ticks->OnTick(parts_.tables.interface_index, tick, [this](snapshot::Detail detail) {
    return slices_.MakeWhole(detail, DescribeSource());
  });
}

void Shard::FinishSlice() {
  while (slices_.running()) {
    if (slices_.Continue(kRowsAtOnce)) slices_.PublishTo(exchange_);
  }
}

void Shard::Finish() {
  FinishSlice();
  if (parts_.live) {
    tables_.EndAll(clock_.Now(), model::EndReason::kShutdown);
  } else {
    const ShardParts::FileEnd end = parts_.file_end();
    const bool stopped = end.state == capture::SourceState::kOpen;
    tables_.EndAll(end.time, stopped ? model::EndReason::kShutdown : model::EndReason::kEndOfFile);
    if (end.time != Timestamp{})
      OnTick({UnixSeconds(end.time), std::nullopt});  // else it had no packet
  }
  HandOnRecords();
  capture_desk_.Close();
  exchange_.Close([this, source = DescribeSource()](snapshot::Detail detail) {
    return slices_.MakeLast(detail, source);
  });
  if (parts_.on_end) parts_.on_end();
}

snapshot::ShardSlice Shard::DescribeSource() {
  snapshot::ShardSlice slice;
  FrameSource& source = *parts_.source;
  slice.interface_index = parts_.tables.interface_index;
  slice.link_type = source.link_type();
  const capture::SourceDrops drops = source.drops();
  slice.drops = {drops.kernel_packets, drops.interface_packets};
  slice.flow_captures = capture_desk_.Counters();
  slice.state = capture::SourceStateName(source.state());
  slice.problem = source.problem();
  if (parts_.live || SourceIsOpen()) return slice;
  ShardParts::FileEnd end = parts_.file_end();
  slice.state = capture::SourceStateName(end.state);
  slice.problem = std::move(end.problem);
  slice.link_type = end.link_type;
  return slice;
}

}  // namespace wiregauge::shard
