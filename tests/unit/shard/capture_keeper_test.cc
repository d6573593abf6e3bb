// SPDX-License-Identifier: Apache-2.0
// From a request to the shard that has the flow, and the budget of all captures.
#include "shard/capture_keeper.h"

#include <gtest/gtest.h>

#include <thread>

#include "capture_parts.h"
#include "unit/snapshot/fixed_source.h"

namespace wiregauge::shard {
namespace {

using model::FlowCaptureEnd;
using namespace std::chrono_literals;

// One shard with a desk, and a thread that serves it as the packet loop does.
class ServedShard {
 public:
  ~ServedShard() { Stop(); }

  void Start() {
    stop_ = false;
    thread_ = std::thread([this] {
      while (!stop_) Serve();
    });
  }
  void Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  // Between two services, as if it came from the wire.
  void See(Duration time, const std::vector<uint8_t>& frame) {
    std::scoped_lock lock(mutex_);
    shard.See(time, frame);
  }
  void EndFlows() {
    std::scoped_lock lock(mutex_);
    shard.tables().EndAll(shard.tables().now(), model::EndReason::kShutdown);
    desk.Close();
  }
  model::FlowCaptureCounters Counters() {
    std::scoped_lock lock(mutex_);
    return desk.Counters();
  }
  std::vector<model::FlowRecord> Flows() {
    std::scoped_lock lock(mutex_);
    return shard.Flows();
  }

  TablesOfOneShard shard;
  CaptureDesk desk{shard.tables()};

 private:
  void Serve() {
    {
      std::scoped_lock lock(mutex_);
      desk.Serve();
    }
    std::this_thread::yield();
  }

  std::mutex mutex_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

class CaptureKeeperTest : public testing::Test {
 protected:
  // Flows with the ids 1 to `flows` in the second of two shards.
  void Make(snapshot::FlowCaptureBudget budget, uint16_t flows = 10) {
    for (uint16_t i = 1; i <= flows; ++i) with_flows_.See(0s, UdpFrame(i));
    snapshot::InterfaceView interface;
    interface.name = "eth0";
    interface.link_type = LinkType::kEthernet;
    source_.snapshot.interfaces = {interface};
    source_.snapshot.active_flows = {std::make_shared<model::FlowBatch>(with_flows_.Flows())};
    keeper_ = std::make_unique<CaptureKeeper>(
        budget, CaptureKeeper::Desks{{&empty_.desk, &with_flows_.desk}}, source_, clock_);
    empty_.Start();
    with_flows_.Start();
  }
  static snapshot::FlowCaptureBudget Budget() {
    return {.memory_bytes = 64 << 20, .most_running = 4, .most = GenerousLimits()};
  }
  ErrorCode ErrorOf(uint64_t flow_id, const model::FlowCaptureLimits& limits = GenerousLimits()) {
    const auto started = keeper_->Start(flow_id, limits);
    EXPECT_FALSE(started.ok());
    return started.ok() ? ErrorCode::kInternal : started.error().code;
  }
  uint64_t Start(uint64_t flow_id, const model::FlowCaptureLimits& limits = GenerousLimits()) {
    const auto started = keeper_->Start(flow_id, limits);
    EXPECT_TRUE(started.ok()) << (started.ok() ? "" : started.error().message);
    return started.ok() ? started->id : 0;
  }
  bool Becomes(uint64_t id, FlowCaptureEnd end) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (std::chrono::steady_clock::now() < deadline) {
      const auto found = keeper_->Find(id);
      if (!found) return false;
      if (found->end) return found->end == end;
      std::this_thread::yield();
    }
    return false;
  }

  SettableClock clock_;
  snapshot::FixedSource source_;
  std::unique_ptr<CaptureKeeper> keeper_;
  ServedShard empty_, with_flows_;  // last: they stop before what they use goes
};

TEST_F(CaptureKeeperTest, TheShardThatHasTheFlowTakesItsPacketsAndNoOthers) {
  Make(Budget());
  const uint64_t id = Start(3);
  with_flows_.See(1s, UdpFrame(2));
  with_flows_.See(2s, UdpFrame(3, 50));
  with_flows_.See(3s, UdpFrame(4));
  with_flows_.See(4s, UdpFrame(3, 60));
  const auto packets = ReadPcap(keeper_->ReadFile(id).value());
  ASSERT_EQ(packets.size(), 2u);
  EXPECT_EQ(packets[0].frame, UdpFrame(3, 50));
  EXPECT_EQ(packets[1].frame, UdpFrame(3, 60));
  const auto found = keeper_->Find(id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->flow_id, 3u);
  EXPECT_EQ(found->captured.packets, 2u);
  EXPECT_EQ(empty_.Counters().started, 0u);
  EXPECT_EQ(with_flows_.Counters().captured.packets, 2u);
}

TEST_F(CaptureKeeperTest, RefusesWhatCannotBeCaptured) {
  Make(Budget());
  EXPECT_EQ(ErrorOf(99), ErrorCode::kNotFound);
  Start(1);
  EXPECT_EQ(ErrorOf(1), ErrorCode::kConflict) << "it runs";
  auto ended = std::make_shared<model::FlowBatch>(*source_.snapshot.active_flows[0]);
  ended->resize(1);
  (*ended)[0].id = 50;
  (*ended)[0].state = model::FlowState::kEnded;
  source_.snapshot.ended_flows = {ended};
  EXPECT_EQ(ErrorOf(50), ErrorCode::kConflict) << "it has ended";
  with_flows_.See(70s, UdpFrame(2));  // now flow 2 has ended, and another has its ports
  EXPECT_EQ(ErrorOf(2), ErrorCode::kConflict) << "it ended since the rows were taken";
  EXPECT_EQ(keeper_->List().size(), 1u) << "what was refused is in no list";
}

TEST_F(CaptureKeeperTest, TheEndOfTheFlowEndsItAndAReusedFiveTupleIsAnother) {
  Make(Budget());
  const uint64_t id = Start(5);
  with_flows_.See(1s, UdpFrame(5));
  with_flows_.See(100s, UdpFrame(5));
  EXPECT_TRUE(Becomes(id, FlowCaptureEnd::kFlowEnded));
  EXPECT_EQ(keeper_->Find(id)->captured.packets, 1u);
}

TEST_F(CaptureKeeperTest, TimeEndsItAlsoWhenOtherFlowsAloneGoOn) {
  Make(Budget());
  const uint64_t id = Start(5);
  for (int second = 1; second <= 59; second += 29) with_flows_.See(second * 1s, UdpFrame(6));
  EXPECT_FALSE(keeper_->Find(id)->end);
  with_flows_.See(59s, UdpFrame(5));
  with_flows_.See(61s, UdpFrame(6));
  EXPECT_TRUE(Becomes(id, FlowCaptureEnd::kTime));
  with_flows_.See(62s, UdpFrame(5));
  EXPECT_EQ(keeper_->Find(id)->captured.packets, 1u);
  Start(5);
}

TEST_F(CaptureKeeperTest, StopKeepsTheFileAndRemoveForgetsIt) {
  Make(Budget());
  const uint64_t id = Start(5);
  with_flows_.See(1s, UdpFrame(5));
  const auto stopped = keeper_->Stop(id);
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->end, FlowCaptureEnd::kStopped);
  with_flows_.See(2s, UdpFrame(5));
  EXPECT_EQ(ReadPcap(keeper_->ReadFile(id).value()).size(), 1u);
  const uint64_t again = Start(5);
  EXPECT_NE(again, id);
  EXPECT_TRUE(keeper_->Remove(id));
  EXPECT_FALSE(keeper_->Remove(id));
  EXPECT_FALSE(keeper_->Find(id));
  EXPECT_FALSE(keeper_->ReadFile(id));
  EXPECT_FALSE(keeper_->Stop(id));
  EXPECT_TRUE(keeper_->Remove(again)) << "also while it runs";
  EXPECT_TRUE(keeper_->List().empty());
  EXPECT_EQ(keeper_->memory_bytes(), 0u);
  with_flows_.See(3s, UdpFrame(5));
  EXPECT_EQ(with_flows_.Counters().captured.packets, 1u);
}

TEST_F(CaptureKeeperTest, OnlySoManyRunAtOnce) {
  Make(Budget());
  for (uint64_t flow = 1; flow <= 4; ++flow) Start(flow);
  EXPECT_EQ(ErrorOf(5), ErrorCode::kUnavailable);
  ASSERT_TRUE(keeper_->Stop(2));
  Start(5);
}

TEST_F(CaptureKeeperTest, TheOldestFinishedOnesMakeRoomAndRunningOnesDoNot) {
  snapshot::FlowCaptureBudget budget = Budget();
  budget.memory_bytes = (2 << 20) + (512 << 10);
  budget.most_running = 64;
  Make(budget);
  model::FlowCaptureLimits limits = GenerousLimits();
  std::vector<uint64_t> ids;
  for (uint64_t flow = 1; flow <= 2; ++flow) ids.push_back(Start(flow, limits));
  EXPECT_EQ(ErrorOf(3, limits), ErrorCode::kUnavailable) << "two may take a MiB each";
  keeper_->Stop(ids[0]);
  EXPECT_LT(keeper_->memory_bytes(), (1u << 20) + (64u << 10)) << "one holds next to nothing now";
  ids.push_back(Start(3, limits));
  EXPECT_EQ(keeper_->List().size(), 3u) << "so there is room for it too";
  limits.max_bytes = 508 << 10;
  ids.push_back(Start(4, limits));
  EXPECT_FALSE(keeper_->Find(ids[0])) << "the finished one has left";
  EXPECT_EQ(keeper_->List().size(), 3u);
  EXPECT_LE(keeper_->memory_bytes(), budget.memory_bytes);
  EXPECT_EQ(ErrorOf(5, limits), ErrorCode::kUnavailable);
}

TEST_F(CaptureKeeperTest, WithoutABudgetThereAreNone) {
  snapshot::FlowCaptureBudget budget = Budget();
  budget.memory_bytes = 0;
  Make(budget);
  EXPECT_EQ(ErrorOf(1), ErrorCode::kUnavailable);
}

TEST_F(CaptureKeeperTest, AShardThatDoesNotAnswerIsUnavailableAndTakesNothingLater) {
  Make(Budget());
  with_flows_.Stop();
  EXPECT_EQ(ErrorOf(1), ErrorCode::kUnavailable);
  EXPECT_TRUE(keeper_->List().empty());
  EXPECT_EQ(keeper_->memory_bytes(), 0u);
  with_flows_.Start();
  const uint64_t id = Start(1);
  with_flows_.See(1s, UdpFrame(1));
  EXPECT_EQ(keeper_->Find(id)->captured.packets, 1u);
  EXPECT_EQ(with_flows_.Counters().started, 1u);
}

TEST_F(CaptureKeeperTest, WhenTheShardHasEndedSoHaveItsCaptures) {
  Make(Budget());
  const uint64_t id = Start(1);
  with_flows_.See(1s, UdpFrame(1));
  with_flows_.EndFlows();
  EXPECT_TRUE(Becomes(id, FlowCaptureEnd::kFlowEnded));
  EXPECT_EQ(ReadPcap(keeper_->ReadFile(id).value()).size(), 1u);
  EXPECT_EQ(ErrorOf(2), ErrorCode::kConflict) << "at once, by a shard that is closed";
  const model::FlowCaptureCounters counters = with_flows_.Counters();
  EXPECT_EQ(counters.started, 1u);
  EXPECT_EQ(counters.ended[static_cast<size_t>(FlowCaptureEnd::kFlowEnded)], 1u);
}

TEST_F(CaptureKeeperTest, ManyReadersAndPacketsAtOnce) {
  snapshot::FlowCaptureBudget budget = Budget();
  budget.memory_bytes = 3 << 20;
  Make(budget);
  std::atomic<bool> stop{false};
  std::vector<std::thread> readers;
  for (uint64_t reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&, reader] {
      model::FlowCaptureLimits limits = GenerousLimits();
      limits.max_packets = 5;
      for (int i = 0; i < 50; ++i) {
        const auto started = keeper_->Start(1 + reader, limits);
        for (const model::FlowCaptureRecord& record : keeper_->List()) {
          keeper_->ReadFile(record.id);
        }
        if (started.ok() && i % 2 == 0) keeper_->Remove(started->id);
        if (started.ok() && i % 2 == 1) keeper_->Stop(started->id);
      }
    });
  }
  std::thread wire([&] {
    for (int i = 0; !stop; ++i) with_flows_.See(0s, UdpFrame(static_cast<uint16_t>(1 + i % 4)));
  });
  for (std::thread& reader : readers) reader.join();
  stop = true;
  wire.join();
  const model::FlowCaptureCounters counters = with_flows_.Counters();
  uint64_t ended = 0;
  for (const uint64_t count : counters.ended) ended += count;
  EXPECT_EQ(ended, counters.started);
  EXPECT_GT(counters.started, 0u);
  EXPECT_LE(keeper_->memory_bytes(), budget.memory_bytes);
}

}  // namespace
}  // namespace wiregauge::shard
