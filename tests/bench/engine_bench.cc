// SPDX-License-Identifier: Apache-2.0
// What a packet costs in the tables, and what a reader costs a shard.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "snapshot/shard_slice.h"
#include "tables/tables.h"

namespace wiregauge {
namespace {

// Settles every flow at once: the tables are measured, not libndpi.
class NoClassifier final : public dpi::Classifier {
 public:
  dpi::DetectionPtr Start() noexcept override { return real_->Start(); }
  dpi::Progress Inspect(dpi::Detection&, const decode::DecodedPacket&, dpi::Sender,
                        Timestamp) noexcept override {
    return dpi::Progress::kDone;
  }
  model::Classification Peek(const dpi::Detection&) const noexcept override { return {}; }
  dpi::Verdict Finish(dpi::DetectionPtr) noexcept override { return {}; }
  size_t detection_bytes() const noexcept override { return 0; }
  size_t bytes() const noexcept override { return 0; }

 private:
  std::unique_ptr<dpi::Classifier> real_ = dpi::Classifier::Create({80, 24}).value();
};

// UDP frames of as many flows as asked, 250 hosts.
std::vector<std::vector<uint8_t>> Frames(size_t flows) {
  std::vector<std::vector<uint8_t>> frames;
  for (size_t i = 0; i < flows; ++i) {
    const auto low = static_cast<uint8_t>(i), high = static_cast<uint8_t>(i >> 8),
               top = static_cast<uint8_t>(i >> 16);
    frames.push_back({2,    0,   0,  0,  0, 1, 2,    0,   0,  0,  0, 2, 8,  0,
                      0x45, 0,   0,  28, 0, 0, 0,    0,   64, 17, 0, 0, 10, top,
                      high, low, 10, 0,  1, 1, high, low, 0,  53, 0, 8, 0,  0});
  }
  return frames;
}

class Engine {
 public:
  explicit Engine(size_t flows) : frames_(Frames(flows)) {
    using namespace std::chrono_literals;
    options_.applications = 512;
    options_.limits = {60s, 300s, 5s, 600s, 600s, size_t{8} << 30, size_t{8} << 30, 0};
    tables_ = std::make_unique<tables::Tables>(options_, hash_, classifier_);
    for (size_t i = 0; i < flows; ++i) Next();
  }
  void Next() {
    const std::vector<uint8_t>& frame = frames_[at_];
    at_ = (at_ + 7919) % frames_.size();
    PacketView view;
    view.time =
        Timestamp(std::chrono::seconds(1'700'000'000) + std::chrono::nanoseconds(++number_));
    view.captured = frame;
    view.wire_bytes = static_cast<uint32_t>(frame.size());
    view.number = number_;
    tables_->Account(flow::KeyedFrame(view, {}, hash_));
  }
  tables::Tables& tables() { return *tables_; }

 private:
  std::vector<std::vector<uint8_t>> frames_;
  tables::TablesOptions options_;
  NoClassifier classifier_;
  const KeyedHash hash_{KeyedHash::Secret{}};
  std::unique_ptr<tables::Tables> tables_;
  size_t at_ = 0;
  uint64_t number_ = 0;
};

// Decode, find the flow, count everything.
void BM_AccountKnownFlow(benchmark::State& state) {
  Engine engine(static_cast<size_t>(state.range(0)));
  for (auto _ : state) engine.Next();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_AccountKnownFlow)->Arg(100)->Arg(10'000)->Arg(1'000'000);

void BM_InsertFlow(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(std::make_unique<Engine>(100'000));
  state.SetItemsProcessed(state.iterations() * 100'000);
}
BENCHMARK(BM_InsertFlow)->Unit(benchmark::kMillisecond);

// One piece of a slice: what the packet loop stands still for.
void BM_SlicePiece(benchmark::State& state) {
  Engine engine(1'000'000);
  engine.tables().BeginRows();
  for (auto _ : state) {
    if (!engine.tables().CopySome(2048)) continue;
    state.PauseTiming();
    engine.tables().TakeFlows();
    engine.tables().TakeHosts();
    engine.tables().TakeDevices();
    engine.tables().BeginRows();
    state.ResumeTiming();
  }
}
BENCHMARK(BM_SlicePiece)->Unit(benchmark::kMicrosecond);

// Two shards of one interface, every host in both.
void BM_Merge(benchmark::State& state) {
  std::vector<std::shared_ptr<const snapshot::ShardSlice>> slices;
  for (int shard = 0; shard < 2; ++shard) {
    Engine engine(static_cast<size_t>(state.range(0)));
    engine.tables().BeginRows();
    while (!engine.tables().CopySome(1 << 20)) {
    }
    auto slice = std::make_shared<snapshot::ShardSlice>();
    slice->detail = snapshot::Detail::kRows;
    slice->active_flows = {std::make_shared<model::FlowBatch>(engine.tables().TakeFlows())};
    slice->hosts = engine.tables().TakeHosts();
    slice->counters = engine.tables().Counters();
    slices.push_back(std::move(slice));
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        snapshot::Merge({}, nullptr, {{"a", "a", true, 2}}, snapshot::Detail::kRows, slices));
  }
}
BENCHMARK(BM_Merge)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wiregauge
