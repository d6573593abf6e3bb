// SPDX-License-Identifier: Apache-2.0
// What a file's shards tell second by second.
#include <gtest/gtest.h>

#include <map>
#include <mutex>

#include "engine_runs.h"

namespace wiregauge::shard {
namespace {

class Ticks final : public snapshot::TickSink {
 public:
  void OnTick(uint16_t, const Tick& tick, const MakeSlice& make) override {
    const auto slice = make(snapshot::Detail::kRows);
    const std::lock_guard lock(mutex_);
    slices[tick.unix_second].push_back(slice);
    next[tick.unix_second] = tick.next;
  }

  std::map<int64_t, std::vector<std::shared_ptr<const snapshot::ShardSlice>>> slices;
  std::map<int64_t, std::optional<int64_t>> next;

 private:
  std::mutex mutex_;
};

model::Traffic SumOf(const std::vector<std::shared_ptr<const snapshot::ShardSlice>>& slices,
                     model::Traffic model::InterfaceCounters::*what) {
  model::Traffic sum;
  for (const auto& slice : slices) sum += slice->counters.*what;
  return sum;
}

class TicksTest : public testing::TestWithParam<uint32_t> {
 protected:
  void Read(const char* capture) {
    const std::string root = std::getenv("WIREGAUGE_SOURCE_DIR");
    EngineOptions options = FileOptions(root + "/tests/captures/" + capture, GetParam());
    options.ticks = &ticks_;
    auto engine = Engine::Start(options, dpi::MakeCatalogue(), clock_, nullptr);
    ASSERT_TRUE(engine.ok()) << engine.error().message;
    EXPECT_TRUE((*engine)->WaitForFiles(std::chrono::minutes(1)));
    snapshot_ = (*engine)->Get(snapshot::Detail::kRows, Duration::zero());
    (*engine)->Stop();
  }

  SystemClock clock_;
  Ticks ticks_;
  std::shared_ptr<const snapshot::Snapshot> snapshot_;
};

TEST_P(TicksTest, EveryWorkerTellsEverySecondAndTheLastOneIsTheEnd) {
  Read("recorded_http.pcap");
  ASSERT_FALSE(ticks_.slices.empty());
  model::Traffic before;
  for (const auto& [second, slices] : ticks_.slices) {
    EXPECT_EQ(slices.size(), GetParam()) << second;
    const model::Traffic received = SumOf(slices, &model::InterfaceCounters::received);
    EXPECT_GT(received.packets, before.packets) << "seconds without a packet are left out";
    before = received;
    const auto following = ticks_.slices.upper_bound(second);
    EXPECT_EQ(ticks_.next[second],
              following == ticks_.slices.end() ? std::nullopt : std::optional(following->first));
  }
  const model::InterfaceCounters& counters = snapshot_->interfaces[0].counters;
  EXPECT_EQ(before, counters.received);
  const auto& last = ticks_.slices.rbegin()->second;
  EXPECT_EQ(SumOf(last, &model::InterfaceCounters::detecting), model::Traffic());
  EXPECT_EQ(SumOf(last, &model::InterfaceCounters::ended_flows_traffic), counters.in_flows);
}

TEST_P(TicksTest, ASecondHasItsOwnPacketsAlone) {
  Read("timeouts.pcap");
  std::map<int64_t, uint64_t> packets;
  uint64_t before = 0;
  for (const auto& [second, slices] : ticks_.slices) {
    const uint64_t now = SumOf(slices, &model::InterfaceCounters::received).packets;
    packets[second] = now - before;
    before = now;
    Timestamp newest;  // a worker that has had no packet yet is at 1970
    for (const auto& slice : slices) newest = std::max(newest, slice->counters.now);
    EXPECT_EQ(second, UnixSeconds(newest));
  }
  EXPECT_GT(packets.size(), 1u);
}

TEST_P(TicksTest, AFileWithoutPacketsTellsNothing) {
  Read("no_packets.pcap");
  EXPECT_TRUE(ticks_.slices.empty());
}

INSTANTIATE_TEST_SUITE_P(Workers, TicksTest, testing::Values(1, 3));

}  // namespace
}  // namespace wiregauge::shard
