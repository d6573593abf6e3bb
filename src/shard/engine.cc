// SPDX-License-Identifier: Apache-2.0
#include "shard/engine.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <utility>

#include "base/keyed_hash.h"
#include "base/log.h"
#include "base/mutex.h"
#include "capture/file_source.h"
#include "capture/live_source.h"
#include "shard/capture_keeper.h"
#include "shard/exporter.h"
#include "shard/file_feed.h"
#include "shard/shard.h"
#include "shard/snapshot_taker.h"

namespace wiregauge::shard {
namespace {

// Everything that belongs to one source of the options.
struct Source {
  std::unique_ptr<FileState> file;  // files only
  std::unique_ptr<FileFeed> feed;   // files only
  std::vector<std::unique_ptr<Shard>> shards;
};

class EngineImpl final : public Engine {
 public:
  EngineImpl(const EngineOptions& options,
             std::shared_ptr<const model::ApplicationCatalogue> catalogue, const Clock& clock,
             snapshot::FlowSink* sink)
      : options_(options),
        catalogue_(std::move(catalogue)),
        clock_(clock),
        hash_(KeyedHash::Random()),
        exporter_(sink == nullptr ? nullptr : std::make_unique<Exporter>(*sink)) {}

  ~EngineImpl() override { Stop(); }

  Status Open();
  void StartThreads();

  std::shared_ptr<const snapshot::Snapshot> Get(snapshot::Detail detail,
                                                Duration max_age) override {
    return taker_->Get(detail, max_age);
  }
  bool WaitForFiles(Duration most) override;
  FileProgress Progress(size_t source) const override;
  snapshot::FlowCaptures& flow_captures() override { return *captures_; }
  void Stop() override;

 private:
  Status OpenSource(uint16_t index);
  Status OpenLive(uint16_t index, Source& source);
  Status OpenFile(uint16_t index, Source& source);
  Status AddShard(ShardParts parts, uint16_t index, Source& source);
  tables::TablesOptions MakeTablesOptions(uint16_t index) const;
  void MakeTaker();
  void MakeCaptureKeeper();

  const EngineOptions options_;
  const std::shared_ptr<const model::ApplicationCatalogue> catalogue_;
  const Clock& clock_;
  const KeyedHash hash_;
  std::unique_ptr<Exporter> exporter_;
  std::vector<Source> sources_;
  std::unique_ptr<SnapshotTaker> taker_;
  std::unique_ptr<CaptureKeeper> captures_;
  bool stopped_ = false;

  Mutex mutex_;
  CondVar file_done_;
  size_t running_file_shards_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
};

Status EngineImpl::Open() {
  for (size_t i = 0; i < options_.sources.size(); ++i) {
    if (Status opened = OpenSource(static_cast<uint16_t>(i)); !opened) return opened;
  }
  MakeTaker();
  MakeCaptureKeeper();
  return {};
}

Status EngineImpl::OpenSource(uint16_t index) {
  Source& source = sources_.emplace_back();
  return options_.sources[index].live ? OpenLive(index, source) : OpenFile(index, source);
}

Status EngineImpl::OpenLive(uint16_t index, Source& source) {
  capture::LiveOptions live;
  live.interface = options_.sources[index].path_or_interface;
  live.filter = options_.filter;
  live.promiscuous = options_.promiscuous;
  live.snap_length_bytes = options_.snap_length_bytes;
  live.ring_bytes = options_.ring_bytes;
  live.workers = options_.workers;
  live.fanout_group = index;
  for (uint32_t worker = 0; worker < options_.workers; ++worker) {
    live.worker = worker;
    auto opened = capture::OpenLive(live);
    if (!opened) return opened.error();
    ShardParts parts;
    parts.source = std::make_unique<LiveFrames>(std::move(*opened), options_.decode, hash_);
    parts.live = true;
    if (Status added = AddShard(std::move(parts), index, source); !added) return added;
  }
  return {};
}

Status EngineImpl::OpenFile(uint16_t index, Source& source) {
  source.file = std::make_unique<FileState>();
  auto opened = FileFeed::Open(options_.sources[index].path_or_interface, options_.filter,
                               {.decode = options_.decode,
                                .hash = hash_,
                                .workers = options_.workers,
                                .tells_seconds = options_.ticks != nullptr},
                               *source.file);
  if (!opened) return opened.error();
  source.feed = std::move(*opened);
  for (uint32_t worker = 0; worker < options_.workers; ++worker) {
    FileFeed& feed = *source.feed;
    ShardParts parts;
    parts.source = feed.MakeSource(worker);
    parts.ticks = options_.ticks;
    parts.file_end = [&feed] {
      return ShardParts::FileEnd{feed.state(), feed.problem(), feed.link_type(), feed.time()};
    };
    if (Status added = AddShard(std::move(parts), index, source); !added) return added;
  }
  return {};
}

Status EngineImpl::AddShard(ShardParts parts, uint16_t index, Source& source) {
  auto classifier = dpi::Classifier::Create(options_.dpi);
  if (!classifier) return classifier.error();
  parts.classifier = std::move(*classifier);
  parts.tables = MakeTablesOptions(index);
  if (!parts.live) {
    parts.on_end = [this, &file = *source.file] {
      file.shards_done.fetch_add(1, std::memory_order_relaxed);
      MutexLock lock(mutex_);
      if (--running_file_shards_ == 0) file_done_.NotifyAll();
    };
  }
  source.shards.push_back(
      std::make_unique<Shard>(std::move(parts), hash_, clock_, exporter_.get()));
  return {};
}

tables::TablesOptions EngineImpl::MakeTablesOptions(uint16_t index) const {
  const size_t shards = std::max<size_t>(1, options_.sources.size() * options_.workers);
  tables::TablesOptions tables;
  tables.interface_index = index;
  tables.applications = catalogue_->applications.size();
  tables.limits = options_.limits;
  tables.limits.flow_table_bytes /= shards;
  tables.limits.host_table_bytes /= shards;
  tables.limits.ended_flows_bytes /= shards;
  tables.atlas = options_.atlas;
  return tables;
}

void EngineImpl::MakeTaker() {
  std::vector<snapshot::InterfaceFacts> interfaces;
  std::vector<SnapshotTaker::ShardExchange> shards;
  for (size_t i = 0; i < sources_.size(); ++i) {
    const SourceOptions& source = options_.sources[i];
    interfaces.push_back({source.name, source.path_or_interface, source.live, options_.workers});
    for (const auto& shard : sources_[i].shards) {
      shards.push_back({&shard->exchange(), static_cast<uint16_t>(i)});
    }
  }
  taker_ = std::make_unique<SnapshotTaker>(SnapshotTaker::Catalogues{catalogue_, options_.vendors},
                                           std::move(interfaces), std::move(shards), clock_,
                                           options_.names);
}

void EngineImpl::MakeCaptureKeeper() {
  CaptureKeeper::Desks desks;
  for (const Source& source : sources_) {
    std::vector<CaptureDesk*>& of_source = desks.emplace_back();
    for (const auto& shard : source.shards) of_source.push_back(&shard->capture_desk());
  }
  captures_ =
      std::make_unique<CaptureKeeper>(options_.flow_captures, std::move(desks), *this, clock_);
}

void EngineImpl::StartThreads() {
  {
    MutexLock lock(mutex_);
    for (const Source& source : sources_) {
      if (source.file != nullptr) running_file_shards_ += source.shards.size();
    }
  }
  for (Source& source : sources_) {
    for (const auto& shard : source.shards) shard->Start();
    if (source.feed != nullptr) source.feed->Start();
  }
}

bool EngineImpl::WaitForFiles(Duration most) {
  const auto deadline = std::chrono::steady_clock::now() + most;
  {
    MutexLock lock(mutex_);
    while (running_file_shards_ > 0) {
      if (!file_done_.WaitUntil(lock, deadline) && running_file_shards_ > 0) return false;
    }
  }
  if (exporter_ != nullptr) exporter_->Drain();
  return true;
}

FileProgress EngineImpl::Progress(size_t source) const {
  const FileState* state = sources_[source].file.get();
  if (state == nullptr) return {};
  return {state->bytes_read.load(std::memory_order_relaxed),
          state->size_bytes.load(std::memory_order_relaxed),
          state->packets.load(std::memory_order_relaxed),
          state->shards_done.load(std::memory_order_relaxed) == sources_[source].shards.size()};
}

void EngineImpl::Stop() {
  if (std::exchange(stopped_, true)) return;
  for (Source& source : sources_) {
    if (source.feed != nullptr) {
      source.feed->Stop();  // its shards end with what it has read
      continue;
    }
    for (const auto& shard : source.shards) shard->RequestStop();
  }
  for (Source& source : sources_) {
    for (const auto& shard : source.shards) shard->Join();
  }
  exporter_.reset();
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::Start(
    const EngineOptions& options, std::shared_ptr<const model::ApplicationCatalogue> catalogue,
    const Clock& clock, snapshot::FlowSink* sink) {
  auto engine = std::make_unique<EngineImpl>(options, std::move(catalogue), clock, sink);
  if (Status opened = engine->Open(); !opened) return opened.error();
  engine->StartThreads();
  return std::unique_ptr<Engine>(std::move(engine));
}

}  // namespace wiregauge::shard
