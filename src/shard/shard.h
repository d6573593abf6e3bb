// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/time.h"
#include "dpi/classifier.h"
#include "shard/capture_desk.h"
#include "shard/exporter.h"
#include "shard/frame_source.h"
#include "shard/slice_maker.h"
#include "snapshot/slice_exchange.h"
#include "snapshot/tick_sink.h"
#include "tables/tables.h"

namespace wiregauge::shard {

// What a shard is made of; it owns all of it.
struct ShardParts {
  std::unique_ptr<FrameSource> source;
  std::unique_ptr<dpi::Classifier> classifier;
  tables::TablesOptions tables;
  bool live = false;
  // Files: how the reading ended (open: it was stopped) and the time of the file's last packet,
  // asked when the loop has ended. Several shards of one file must agree on them.
  struct FileEnd {
    capture::SourceState state = capture::SourceState::kEnded;
    std::string problem;
    std::optional<LinkType> link_type;
    Timestamp time{};
  };
  std::function<FileEnd()> file_end;
  snapshot::TickSink* ticks = nullptr;  // files; null: nobody takes them
  // Files: when all flows have ended and their records are handed on. May be empty.
  std::function<void()> on_end;
};

// One thread with a packet source, a classifier and tables of its own; nothing that is counted is
// shared. The loop: packets, then records to the exporter, then flow captures and a piece of the
// slice somebody waits for.
class Shard final : public FrameHandler {
 public:
  Shard(ShardParts parts, const KeyedHash& hash, const Clock& clock, Exporter* exporter);
  ~Shard() override;

  void Start();
  // Ends the loop after the running batch; flows end with reason shutdown.
  void RequestStop() { stop_.store(true, std::memory_order_relaxed); }
  void Join();

  snapshot::SliceExchange& exchange() { return exchange_; }
  CaptureDesk& capture_desk() { return capture_desk_; }

  void OnFrames(std::span<const flow::KeyedFrame> frames) noexcept override {
    tables_.Account(frames);
  }
  void OnTick(const snapshot::TickSink::Tick& tick) noexcept override;

 private:
  void Run() noexcept;
  bool SourceIsOpen() const;
  void HandOnRecords();
  void ServeSlices();
  void FinishSlice();
  void Finish();
  snapshot::ShardSlice DescribeSource();

  ShardParts parts_;
  const Clock& clock_;
  Exporter* exporter_;
  tables::Tables tables_;
  CaptureDesk capture_desk_;
  snapshot::SliceExchange exchange_;
  SliceMaker slices_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace wiregauge::shard
