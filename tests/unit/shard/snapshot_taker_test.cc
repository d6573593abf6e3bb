// SPDX-License-Identifier: Apache-2.0
#include "shard/snapshot_taker.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "unit/base/fixed_clock.h"

namespace wiregauge::shard {
namespace {

using snapshot::Detail;
using SteadyClock = std::chrono::steady_clock;

// A shard that answers every request with its number of packets, until it is stopped.
class AnsweringShard {
 public:
  explicit AnsweringShard(uint16_t interface_index) : interface_index_(interface_index) {}
  ~AnsweringShard() { Stop(); }

  // Its last answer, which stands for all to come.
  void Close() {
    Stop();
    auto slice = std::make_shared<snapshot::ShardSlice>();
    slice->detail = Detail::kRows;
    slice->interface_index = interface_index_;
    slice->state = "ended";
    slice->last = true;
    exchange.Close([slice](Detail) { return slice; });
  }
  void Start() {
    stop_ = false;
    thread_ = std::thread([this] {
      while (!stop_) {
        if (exchange.wanted()) Answer(exchange.Take());
        std::this_thread::yield();
      }
    });
  }
  void Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

  snapshot::SliceExchange exchange;
  std::atomic<uint64_t> packets{1};

 private:
  void Answer(const snapshot::SliceExchange::Order& order) {
    auto slice = std::make_shared<snapshot::ShardSlice>();
    slice->detail = order.detail;
    slice->interface_index = interface_index_;
    slice->state = "open";
    slice->counters.received.packets = packets;
    if (order.detail == Detail::kRows) slice->hosts.resize(1);
    for (auto& host : slice->hosts) host.interface_index = interface_index_;
    exchange.Publish(order, std::move(slice));
  }

  const uint16_t interface_index_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

class CountingNames final : public snapshot::NameSupplement {
 public:
  void Complete(snapshot::Snapshot& snapshot) override {
    snapshot.reverse_lookups.cached = ++taken_;
  }

 private:
  uint64_t taken_ = 0;
};

class SnapshotTakerTest : public ::testing::Test {
 protected:
  std::shared_ptr<const snapshot::Snapshot> Take(Detail detail) {
    return taker_.Get(detail, Duration::zero());
  }
  std::shared_ptr<const snapshot::Snapshot> TakeUntilOtherIsOpen() {
    const auto deadline = SteadyClock::now() + std::chrono::seconds(20);
    auto snapshot = Take(Detail::kRows);
    while (snapshot->interfaces[1].state != "open" && SteadyClock::now() < deadline) {
      snapshot = Take(Detail::kRows);
    }
    return snapshot;
  }

  const SystemClock clock_{};
  AnsweringShard good_{0}, other_{1};
  CountingNames names_;
  SnapshotTaker taker_{{},
                       {{"good", "good", true, 1}, {"other", "other.pcap", false, 1}},
                       {{&good_.exchange, 0}, {&other_.exchange, 1}},
                       clock_,
                       &names_};
};

TEST_F(SnapshotTakerTest, AShardThatHasNeverAnsweredIsStalledAndTheOthersAreThere) {
  good_.Start();
  const auto before = clock_.SteadyNow();
  for (const Detail detail : {Detail::kCounters, Detail::kRows}) {
    const auto snapshot = Take(detail);
    EXPECT_EQ(snapshot->detail, detail);
    EXPECT_GE(snapshot->taken_at, before);
    ASSERT_EQ(snapshot->interfaces.size(), 2u);
    EXPECT_EQ(snapshot->interfaces[0].state, "open");
    EXPECT_EQ(snapshot->interfaces[0].counters.received.packets, 1u);
    EXPECT_EQ(snapshot->interfaces[1].state, "stalled");
    EXPECT_NE(snapshot->interfaces[1].problem.find("other"), std::string::npos);
    EXPECT_EQ(snapshot->interfaces[1].counters.received.packets, 0u);
    EXPECT_EQ(snapshot->hosts.size(), detail == Detail::kRows ? 1u : 0u);
  }
}

TEST_F(SnapshotTakerTest, AClockThatIsSetKeepsNothingAndTakesNothing) {
  FixedClock clock(Timestamp(std::chrono::seconds(1'700'000'000)));
  SnapshotTaker taker({}, {{"good", "good", true, 1}}, {{&good_.exchange, 0}}, clock, nullptr);
  constexpr Duration kMaxAge = std::chrono::seconds(1);
  good_.Start();
  const auto first = taker.Get(Detail::kRows, kMaxAge);
  clock.now -= std::chrono::hours(1);
  EXPECT_EQ(taker.Get(Detail::kRows, kMaxAge), first);
  clock.now += std::chrono::hours(2);
  EXPECT_EQ(taker.Get(Detail::kRows, kMaxAge), first);
  clock.now -= std::chrono::hours(1);
  clock.steady_now += std::chrono::seconds(2);
  EXPECT_NE(taker.Get(Detail::kRows, kMaxAge), first);
}

TEST_F(SnapshotTakerTest, NamesComeAlsoWhenAllHasEnded) {
  good_.Close();
  other_.Close();
  EXPECT_EQ(Take(Detail::kRows)->reverse_lookups.cached, 1u);
  EXPECT_EQ(Take(Detail::kRows)->reverse_lookups.cached, 2u);
}

TEST_F(SnapshotTakerTest, NothingIsFinalAsLongAsAShardIsLate) {
  good_.Close();
  EXPECT_FALSE(Take(Detail::kRows)->final) << "the other one has not even begun";
  other_.packets = 5;
  other_.Start();
  const auto snapshot = TakeUntilOtherIsOpen();
  EXPECT_EQ(snapshot->interfaces[1].counters.received.packets, 5u);
  EXPECT_FALSE(snapshot->final);
  other_.Close();
  EXPECT_TRUE(Take(Detail::kRows)->final);
}

TEST_F(SnapshotTakerTest, TheLastSliceStandsForAShardThatIsLate) {
  good_.Start();
  other_.Start();
  EXPECT_EQ(Take(Detail::kRows)->hosts.size(), 2u);
  other_.Stop();
  good_.packets = 7;
  const auto snapshot = Take(Detail::kRows);
  EXPECT_EQ(snapshot->interfaces[0].counters.received.packets, 7u);
  EXPECT_EQ(snapshot->interfaces[1].state, "stalled");
  EXPECT_EQ(snapshot->interfaces[1].counters.received.packets, 1u);
  EXPECT_EQ(snapshot->hosts.size(), 2u);
}

TEST_F(SnapshotTakerTest, ALateShardIsWaitedForOnceAndComesBack) {
  good_.Start();
  Take(Detail::kCounters);
  const auto began = SteadyClock::now();
  for (int i = 0; i < 20; ++i) Take(i % 2 == 0 ? Detail::kRows : Detail::kCounters);
  // Twenty times the patience of two seconds would be forty.
  EXPECT_LT(SteadyClock::now() - began, std::chrono::seconds(20));
  other_.packets = 5;
  other_.Start();
  const auto snapshot = TakeUntilOtherIsOpen();
  EXPECT_EQ(snapshot->interfaces[1].state, "open");
  EXPECT_EQ(snapshot->interfaces[1].problem, "");
  EXPECT_EQ(snapshot->interfaces[1].counters.received.packets, 5u);
}

}  // namespace
}  // namespace wiregauge::shard
