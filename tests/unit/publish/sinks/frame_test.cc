// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "base/text.h"
#include "flow_records.h"
#include "model/batch_bytes.h"
#include "moved_clock.h"
#include "publish/sinks/frame/dead_letters.h"
#include "publish/sinks/frame/loss_log.h"
#include "publish/sinks/frame/memory_queue.h"
#include "publish/sinks/frame/sink.h"
#include "publish/sinks/frame/sink_set.h"
#include "publish/sinks/frame/spool.h"

namespace wiregauge::sinks {
namespace {

using model::SinkDropReason;
using Ids = std::map<uint64_t, int>;

// The flow's id, a line.
class IdEncoder final : public Encoder {
 public:
  void Append(const model::FlowRecord& flow, Parcel& parcel) override {
    parcel.buffer().append(std::to_string(flow.id)).push_back('\n');
    parcel.EndRecord();
  }
};

uint64_t IdOf(const Parcel& parcel, size_t record) {
  return *ParseNumber<uint64_t>(Trim(parcel[record].body));
}

// A receiver that does as it is told, and knows what it took.
class Receiver {
 public:
  using Answer = std::function<Delivery(const Parcel&, const Interrupt&)>;

  explicit Receiver(Answer answer = {}) : answer_(std::move(answer)) {}

  std::unique_ptr<Target> MakeTarget() { return std::make_unique<TargetOfIt>(*this); }
  // Within an answer.
  void TellProgress(Duration still) const { progress_listener_(still); }
  Ids ids() const {
    std::lock_guard lock(mutex_);
    return ids_;
  }
  size_t parcels() const {
    std::lock_guard lock(mutex_);
    return parcels_;
  }

  std::atomic<bool> down{false};          // whether tending fails
  std::atomic<bool> stands_still{false};  // and whether it tells of that before
  std::atomic<int> tended{0};             // times

 private:
  class TargetOfIt final : public Target {
   public:
    explicit TargetOfIt(Receiver& receiver) : receiver_(receiver) {}
    void ListenForProgress(ProgressListener listener) override {
      receiver_.progress_listener_ = std::move(listener);
    }
    Delivery Deliver(const Parcel& parcel, const Interrupt& stop) override {
      return receiver_.Take(parcel, stop);
    }
    std::string Tend(const Interrupt&) override {
      ++receiver_.tended;
      if (receiver_.stands_still) receiver_.TellProgress(std::chrono::seconds(10));
      return receiver_.down ? "down" : "";
    }
    TargetState state() const override { return {.address = "test"}; }

   private:
    Receiver& receiver_;
  };

  Delivery Take(const Parcel& parcel, const Interrupt& stop) {
    Delivery delivery = answer_ ? answer_(parcel, stop) : Delivery::Done();
    if (delivery.result != Delivery::Result::kDone) return delivery;
    std::vector<bool> taken(parcel.size(), true);
    for (const uint32_t record : delivery.again) taken[record] = false;
    for (const auto& rejection : delivery.rejected) taken[rejection.record] = false;
    std::lock_guard lock(mutex_);
    ++parcels_;
    for (size_t i = 0; i < parcel.size(); ++i) {
      if (taken[i]) ++ids_[IdOf(parcel, i)];
    }
    return delivery;
  }

  const Answer answer_;
  ProgressListener progress_listener_;
  mutable std::mutex mutex_;
  Ids ids_;
  size_t parcels_ = 0;
};

class SinkTest : public testing::Test {
 protected:
  Sink& Start(Receiver& receiver, SinkOptions options = {}) {
    options.name = "test";
    if (options.dead_letter_path.empty()) options.dead_letter_path = folder_ / "rejected";
    sink_ = std::make_unique<Sink>(std::move(options), std::make_unique<IdEncoder>(),
                                   std::make_unique<MemoryQueue>(), receiver.MakeTarget(), clock_);
    sink_->Start();
    return *sink_;
  }
  void Offer(uint64_t first, size_t records) {
    const auto batch = MakeBatch(first, records);
    sink_->Offer(batch, model::BytesOf(*batch));
  }
  model::SinkState state() const { return sink_->state(); }
  void Await(const std::function<bool(const model::SinkState&)>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition(state())) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  void AwaitNothingWaits() {
    Await([](const model::SinkState& state) { return state.ledger.waiting() == 0; });
  }
  uint64_t Dropped(SinkDropReason reason) const {
    return state().ledger.dropped[static_cast<size_t>(reason)];
  }

  MovedClock clock_;
  Folder folder_;
  std::unique_ptr<Sink> sink_;
};

TEST_F(SinkTest, DeliversWhatItIsOffered) {
  Receiver receiver;
  Start(receiver, {.batch_records = 10, .flush_interval = std::chrono::milliseconds(20)});
  Offer(0, 25);
  Offer(25, 3);
  AwaitNothingWaits();
  EXPECT_EQ(receiver.ids().size(), 28u);
  EXPECT_EQ(state().ledger.delivered, 28u);
  EXPECT_FALSE(state().failing);
  EXPECT_TRUE(state().last_delivery.has_value());
}

TEST_F(SinkTest, SendsWhatIsThereAfterTheFlushInterval) {
  Receiver receiver;
  Start(receiver, {.flush_interval = std::chrono::milliseconds(10)});
  Offer(0, 1);
  AwaitNothingWaits();
  EXPECT_EQ(receiver.parcels(), 1u);
}

TEST_F(SinkTest, OffersWhatItsFilterWants) {
  Receiver receiver;
  Start(receiver, {.wanted = [](const model::FlowRecord& flow) { return flow.id % 2 == 0; },
                   .flush_interval = std::chrono::milliseconds(10)});
  Offer(0, 10);
  AwaitNothingWaits();
  EXPECT_EQ(state().ledger.offered, 5u);
  EXPECT_EQ(state().filtered_out, 5u);
  for (const auto& [id, times] : receiver.ids()) EXPECT_EQ(id % 2, 0u);
}

TEST_F(SinkTest, TriesAgainAndSaysWhyItWaits) {
  std::atomic<bool> up{false};
  Receiver receiver([&](const Parcel&, const Interrupt&) {
    return up ? Delivery::Done() : Delivery::Retry("nobody there");
  });
  Start(receiver, {.flush_interval = std::chrono::milliseconds(10)});
  Offer(0, 3);
  Await([](const model::SinkState& state) { return state.retries > 0; });
  EXPECT_TRUE(state().failing);
  EXPECT_EQ(state().problem, "nobody there");
  EXPECT_TRUE(state().failing_since && state().oldest_waiting);
  EXPECT_EQ(state().ledger.waiting(), 3u);
  up = true;
  AwaitNothingWaits();
  EXPECT_EQ(receiver.ids().size(), 3u);
  Await([](const model::SinkState& state) { return !state.failing; });
}

TEST_F(SinkTest, AStandstillIsAProblemUntilItGetsOn) {
  std::atomic<int> step{0};
  const auto await = [&](int wanted) {
    while (step != wanted) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  };
  Receiver receiver([&](const Parcel&, const Interrupt&) {
    receiver.TellProgress(std::chrono::seconds(9));
    EXPECT_FALSE(state().failing);
    receiver.TellProgress(std::chrono::seconds(10));
    step = 1;
    await(2);
    receiver.TellProgress({});
    step = 3;
    await(4);
    return Delivery::Done();
  });
  testing::internal::CaptureStderr();
  Start(receiver, {.flush_interval = std::chrono::milliseconds(1)});
  Offer(0, 1);
  await(1);
  EXPECT_TRUE(state().failing);
  EXPECT_EQ(state().problem, "the receiver takes nothing since 10 s");
  EXPECT_LE(state().failing_since, clock_.Now() - std::chrono::seconds(10));
  step = 2;
  await(3);
  EXPECT_FALSE(state().failing);
  step = 4;
  AwaitNothingWaits();
  sink_->Stop();
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, testing::HasSubstr(
                       "they wait sink=test problem=\"the receiver takes nothing since 10 s\""));
  EXPECT_THAT(log, testing::HasSubstr("records are delivered again"));
}

// A standstill while tending that ended in a failure: the next attempt begins, and is no success.
TEST_F(SinkTest, AnAttemptThatBeginsIsNoProofThatTheReceiverIsBack) {
  std::atomic<bool> is_failing_within{false}, attempted{false};
  Receiver receiver([&](const Parcel&, const Interrupt&) {
    if (attempted) return Delivery::Done();
    receiver.TellProgress({});
    is_failing_within = state().failing;
    attempted = true;
    return Delivery::Retry("refused");
  });
  receiver.down = receiver.stands_still = true;
  Start(receiver, {.flush_interval = std::chrono::milliseconds(1)});
  Await([](const model::SinkState& state) { return state.failing && state.problem == "down"; });
  Offer(0, 1);
  AwaitNothingWaits();
  EXPECT_TRUE(is_failing_within);
}

TEST_F(SinkTest, TheOldestGoWhenTheQueueIsFull) {
  std::atomic<bool> up{false};
  Receiver receiver([&](const Parcel&, const Interrupt&) {
    return up ? Delivery::Done() : Delivery::Retry("nobody there");
  });
  const size_t one = model::BytesOf(*MakeBatch(0, 1));
  Start(receiver, {.queue_bytes = 4 * one,
                   .batch_records = 1,
                   .flush_interval = std::chrono::milliseconds(10)});
  Offer(0, 1);
  Await([](const model::SinkState& state) { return state.failing; });
  for (uint64_t id = 1; id < 40; ++id) Offer(id, 1);
  // Four in the queue, which may be one that waits to be packed, and two parcels; less when the
  // others came before the packing thread had a look.
  const uint64_t waiting = state().ledger.waiting();
  EXPECT_GE(waiting, 4u);
  EXPECT_LE(waiting, 7u);
  EXPECT_EQ(Dropped(SinkDropReason::kQueueFull), 40 - waiting);
  EXPECT_LE(state().queue_bytes, 4 * one + 100);
  up = true;
  AwaitNothingWaits();
  const Ids ids = receiver.ids();
  EXPECT_EQ(ids.size(), waiting);
  for (const uint64_t id : {0, 37, 38, 39}) EXPECT_TRUE(ids.contains(id)) << id;
}

TEST_F(SinkTest, OneBadRecordIsFoundAmongTheGood) {
  Receiver receiver([](const Parcel& parcel, const Interrupt&) {
    for (size_t i = 0; i < parcel.size(); ++i) {
      if (IdOf(parcel, i) == 77) return Delivery::Split("77 is not liked");
    }
    return Delivery::Done();
  });
  Start(receiver, {.flush_interval = std::chrono::milliseconds(10), .dead_letter_bytes = 4096});
  Offer(0, 100);
  AwaitNothingWaits();
  EXPECT_EQ(receiver.ids().size(), 99u);
  EXPECT_EQ(Dropped(SinkDropReason::kRejected), 1u);
  EXPECT_THAT(ReadFile(folder_ / "rejected"),
              testing::HasSubstr("\"reason\":\"77 is not liked\",\"record\":\"77\\n\"}\n"));
}

TEST_F(SinkTest, WhoRefusesRecordsIsShown) {
  std::atomic<bool> refuses{true};
  Receiver receiver([&](const Parcel& parcel, const Interrupt&) {
    Delivery delivery;
    for (uint32_t i = 0; refuses && i < parcel.size(); ++i) delivery.rejected.push_back({i, "no"});
    return delivery;
  });
  testing::internal::CaptureStderr();
  Start(receiver, {.flush_interval = std::chrono::milliseconds(1), .dead_letter_bytes = 4096});
  Offer(0, 10);
  AwaitNothingWaits();
  EXPECT_FALSE(state().failing);
  EXPECT_EQ(state().warning, "the receiver refuses records: no");
  refuses = false;
  Offer(10, 1);
  AwaitNothingWaits();
  EXPECT_EQ(state().warning, "");
  sink_->Stop();
  const std::string log = testing::internal::GetCapturedStderr();
  const std::string what = "the receiver refuses records for good sink=test records=";
  EXPECT_THAT(log, testing::HasSubstr(what + "1 last_refusal=no in_dead_letters=1 dead_letters="));
  EXPECT_THAT(log, testing::HasSubstr(what + "9 last_refusal=no in_dead_letters=9 dead_letters="));
}

// The rest of its parcel is taken whole.
TEST_F(SinkTest, OneThatIsRefusedAmongManyIsShown) {
  Receiver receiver([](const Parcel& parcel, const Interrupt&) {
    return IdOf(parcel, 0) == 0 ? Delivery::Split("no") : Delivery::Done();
  });
  Start(receiver, {.flush_interval = std::chrono::milliseconds(1)});
  Offer(0, 10);
  AwaitNothingWaits();
  EXPECT_EQ(state().warning, "the receiver refuses records: no");
  Offer(10, 10);
  Await([](const model::SinkState& state) { return state.warning.empty(); });
}

TEST_F(SinkTest, AnAttemptWithoutAnAnswerDoesNotPassForGood) {
  std::atomic<bool> asked{false}, answers{false};
  Receiver receiver([&](const Parcel&, const Interrupt& stop) {
    asked = true;
    while (!answers && !stop.raised()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return Delivery::Done();
  });
  Start(receiver, {.flush_interval = std::chrono::milliseconds(1)});
  Offer(0, 1);
  Await([&](const model::SinkState&) { return asked.load(); });
  clock_.Forward(std::chrono::seconds(5));
  EXPECT_FALSE(state().failing);
  clock_.Forward(std::chrono::seconds(100));
  EXPECT_TRUE(state().failing);
  EXPECT_THAT(state().problem, testing::MatchesRegex("test: no answer for 1[0-9]+ s"));
  EXPECT_TRUE(state().failing_since.has_value());
  answers = true;
  AwaitNothingWaits();
  EXPECT_FALSE(state().failing);
  EXPECT_EQ(state().problem, "");
}

TEST(LossLog, TellsAtOnceAndThenOnceAMinute) {
  LossLog losses("a", "/letters");
  const auto told = [&](SinkDropReason reason, uint64_t records, int second) {
    testing::internal::CaptureStderr();
    const SteadyTime now{std::chrono::seconds(second)};
    if (reason == SinkDropReason::kRejected) {
      losses.AddRejected("no", records % 2 == 0, now);
    } else {
      losses.Add(reason, records, now);
    }
    const std::string line = testing::internal::GetCapturedStderr();
    const size_t text = line.find("records ");
    return text == std::string::npos ? line : line.substr(text);
  };
  const std::string full = "records are lost: the queue is full, the oldest make room sink=a ";
  EXPECT_EQ(told(SinkDropReason::kQueueFull, 3, 100), full + "records=3\n");
  EXPECT_EQ(told(SinkDropReason::kQueueFull, 4, 101), "");
  EXPECT_EQ(told(SinkDropReason::kQueueFull, 5, 159), "");
  EXPECT_EQ(told(SinkDropReason::kRejected, 1, 159),
            "records for good sink=a records=1 last_refusal=no in_dead_letters=0\n");
  EXPECT_EQ(told(SinkDropReason::kShutdown, 7, 159), "");
  EXPECT_EQ(told(SinkDropReason::kQueueFull, 1, 160), full + "records=10\n");
  EXPECT_EQ(told(SinkDropReason::kQueueFull, 2, 161), "");
  testing::internal::CaptureStderr();
  losses.TellRest();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr(full + "records=2\n"));
  EXPECT_EQ(told(SinkDropReason::kQueueFull, 1, 300), full + "records=1\n");
  EXPECT_EQ(told(SinkDropReason::kQueueFull, 1, 301), "");
}

TEST_F(SinkTest, DeadLettersAreBounded) {
  Receiver receiver([](const Parcel& parcel, const Interrupt&) {
    Delivery delivery;
    for (uint32_t i = 0; i < parcel.size(); ++i) delivery.rejected.push_back({i, "no"});
    return delivery;
  });
  Start(receiver, {.flush_interval = std::chrono::milliseconds(10), .dead_letter_bytes = 200});
  Offer(0, 10);
  AwaitNothingWaits();
  EXPECT_EQ(Dropped(SinkDropReason::kRejected), 10u);
  EXPECT_GT(state().dead_letters_lost, 0u);
  const std::string letters = ReadFile(folder_ / "rejected");
  EXPECT_LE(letters.size(), 200u);
  EXPECT_TRUE(letters.ends_with("}\n"));
}

TEST_F(SinkTest, ADeadLetterThatAKillToreIsCutOff) {
  const std::string path = folder_ / "rejected";
  const std::string whole = "{\"record\":\"1\"}\n";
  DeadLetters letters(path, 4096);
  for (const std::string& torn :
       {std::string(), std::string("{\"rec"), std::string(20, '\0'), std::string(100'000, 'x')}) {
    for (const std::string& before : {std::string(), whole}) {
      std::ofstream(path) << before << torn;
      EXPECT_TRUE(letters.Add("2", "no"));
      const std::string read = ReadFile(path);
      EXPECT_TRUE(read.starts_with(before + "{\"time\":")) << read;
      EXPECT_EQ(std::ranges::count(read, '\n'), before.empty() ? 1 : 2);
    }
  }
}

TEST_F(SinkTest, WhatIsLeftWhenItStopsIsCounted) {
  Receiver receiver(
      [](const Parcel&, const Interrupt&) { return Delivery::Retry("nobody there"); });
  Start(receiver, {.batch_records = 2,
                   .flush_interval = std::chrono::milliseconds(10),
                   .drain_timeout = std::chrono::milliseconds(50)});
  Offer(0, 11);
  sink_->Stop();
  EXPECT_EQ(state().ledger.waiting(), 0u);
  EXPECT_EQ(Dropped(SinkDropReason::kShutdown), 11u);
}

TEST_F(SinkTest, AHangingReceiverDoesNotKeepItFromStopping) {
  Receiver receiver([](const Parcel&, const Interrupt& stop) {
    while (!stop.raised()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return Delivery::Retry("stopped");
  });
  Start(receiver, {.flush_interval = std::chrono::milliseconds(1),
                   .drain_timeout = std::chrono::milliseconds(50)});
  Offer(0, 4);
  sink_->Stop();
  EXPECT_EQ(Dropped(SinkDropReason::kShutdown), 4u);
}

TEST_F(SinkTest, DrainsWhenItStops) {
  Receiver receiver;
  Start(receiver, {.batch_records = 100, .flush_interval = std::chrono::hours(1)});
  Offer(0, 50);
  sink_->Stop();
  EXPECT_EQ(receiver.ids().size(), 50u);
}

// Whatever the receiver answers, nothing is lost or counted twice.
TEST_F(SinkTest, TheLedgerAgreesWithTheReceiver) {
  std::minstd_rand random(7);
  std::map<uint64_t, int> rejected;
  Receiver receiver([&](const Parcel& parcel, const Interrupt&) {
    switch (random() % 6) {
      case 0:
        return Delivery::Split("too big");
      case 1: {
        Delivery delivery;
        for (uint32_t i = 0; i < parcel.size(); ++i) {
          if (random() % 50 == 0) {
            delivery.rejected.push_back({i, "no"});
            ++rejected[IdOf(parcel, i)];
          }
        }
        return delivery;
      }
      default:
        return Delivery::Done();
    }
  });
  Start(receiver, {.queue_bytes = size_t{1} << 30,
                   .batch_records = 64,
                   .flush_interval = std::chrono::milliseconds(5)});
  uint64_t next = 0;
  for (int i = 0; i < 200; ++i) {
    const size_t records = 1 + static_cast<size_t>(i) * 7 % 100;
    Offer(next, records);
    next += records;
    const model::SinkLedger ledger = state().ledger;
    ASSERT_EQ(ledger.offered, ledger.delivered + ledger.waiting() + ledger.dropped_sum());
    ASSERT_LE(ledger.delivered + ledger.dropped_sum(), ledger.offered);
  }
  AwaitNothingWaits();
  sink_->Stop();
  const Ids ids = receiver.ids();
  EXPECT_EQ(ids.size(), state().ledger.delivered);
  EXPECT_EQ(ids.size() + Dropped(SinkDropReason::kRejected), next);
  for (const auto& [id, times] : ids) EXPECT_EQ(times, 1) << id;
}

TEST_F(SinkTest, OnlySomeAreSentAgain) {
  std::atomic<int> calls{0};
  Receiver receiver([&](const Parcel& parcel, const Interrupt&) {
    Delivery delivery;
    if (calls++ == 0) {
      for (uint32_t i = 0; i < parcel.size(); i += 3) delivery.again.push_back(i);
      delivery.problem = "busy";
    }
    return delivery;
  });
  Start(receiver, {.flush_interval = std::chrono::milliseconds(10)});
  Offer(0, 10);
  AwaitNothingWaits();
  EXPECT_EQ(receiver.ids().size(), 10u);
  for (const auto& [id, times] : receiver.ids()) EXPECT_EQ(times, 1) << id;
  EXPECT_EQ(state().retries, 1u);
}

TEST_F(SinkTest, TendsLessOftenWhileThatFails) {
  Receiver receiver;
  receiver.down = true;
  Start(receiver);
  const auto await = [&](int times) {
    Await([&](const model::SinkState&) { return receiver.tended >= times; });
    return std::chrono::steady_clock::now();
  };
  const auto third = await(3), fourth = await(4);
  EXPECT_GE(fourth - third, std::chrono::milliseconds(1500));
  EXPECT_TRUE(state().failing);
}

// A receiver that takes some at each attempt is not asked ever less often.
TEST_F(SinkTest, WhatMakesProgressIsTriedAgainSoon) {
  Receiver receiver([&](const Parcel& parcel, const Interrupt&) {
    Delivery delivery;
    for (uint32_t i = 1; i < parcel.size(); ++i) delivery.again.push_back(i);
    if (!delivery.again.empty()) delivery.problem = "busy";
    return delivery;
  });
  Start(receiver, {.flush_interval = std::chrono::milliseconds(10)});
  const auto began = std::chrono::steady_clock::now();
  Offer(0, 5);
  AwaitNothingWaits();
  // Four pauses of 0.6 s at most; doubled each time they would take 6 s at least.
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
}

TEST(SinkSet, OneThatFailsHoldsUpNoOther) {
  const SystemClock clock;
  Receiver good, bad([](const Parcel&, const Interrupt&) { return Delivery::Retry("down"); });
  for (const bool replay : {false, true}) {
    SinkSet set(replay);
    for (Receiver* const receiver : {&bad, &good}) {
      set.Add(std::make_unique<Sink>(
          SinkOptions{.name = receiver == &bad ? "bad" : "good",
                      .queue_bytes = receiver == &bad ? size_t{1} << 20 : size_t{1} << 28,
                      .batch_records = 100,
                      .drain_timeout = std::chrono::seconds(receiver == &bad ? 0 : 60)},
          std::make_unique<IdEncoder>(), std::make_unique<MemoryQueue>(), receiver->MakeTarget(),
          clock));
    }
    set.Start();
    for (uint64_t id = 0; id < 20'000; id += 100) set.OnFlows(MakeBatch(id, 100));
    set.Stop();
    EXPECT_EQ(good.ids().size(), 20'000u);
    EXPECT_EQ(set.states()[0].ledger.dropped_sum(), 20'000u);
  }
}

TEST(SinkSet, AReplayedFileWaitsForWhoTakesRecordsSlowly) {
  const SystemClock clock;
  Receiver slow([](const Parcel&, const Interrupt&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return Delivery::Done();
  });
  SinkSet set(true);
  set.Add(std::make_unique<Sink>(
      SinkOptions{.name = "slow", .queue_bytes = size_t{1} << 20, .batch_records = 100},
      std::make_unique<IdEncoder>(), std::make_unique<MemoryQueue>(), slow.MakeTarget(), clock));
  set.Start();
  for (uint64_t id = 0; id < 20'000; id += 100) set.OnFlows(MakeBatch(id, 100));
  set.Stop();
  EXPECT_EQ(slow.ids().size(), 20'000u);
}

TEST(SinkSet, AReplayedFileWaitsForOneDeliveryThatTakesLong) {
  const SystemClock clock;
  Receiver slow([](const Parcel&, const Interrupt&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    return Delivery::Done();
  });
  SinkSet set(true);
  set.Add(std::make_unique<Sink>(
      SinkOptions{.name = "slow", .queue_bytes = size_t{1} << 20, .batch_records = 2000},
      std::make_unique<IdEncoder>(), std::make_unique<MemoryQueue>(), slow.MakeTarget(), clock));
  set.Start();
  for (uint64_t id = 0; id < 10'000; id += 100) set.OnFlows(MakeBatch(id, 100));
  const model::SinkState state = set.states()[0];
  EXPECT_EQ(state.ledger.dropped_sum(), 0u);
  set.Stop();
}

// Who stands still is waited for once, not with each batch.
TEST(SinkSet, AReplayedFileDoesNotWaitForWhoStandsStill) {
  const SystemClock clock;
  Receiver frozen([](const Parcel&, const Interrupt& stop) {
    while (!stop.raised()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return Delivery::Retry("stopped");
  });
  SinkSet set(true);
  set.Add(std::make_unique<Sink>(SinkOptions{.name = "frozen",
                                             .queue_bytes = size_t{1} << 20,
                                             .batch_records = 100,
                                             .drain_timeout = std::chrono::seconds(0),
                                             .most_delivery = std::chrono::seconds(1)},
                                 std::make_unique<IdEncoder>(), std::make_unique<MemoryQueue>(),
                                 frozen.MakeTarget(), clock));
  set.Start();
  // 5,000 batches: a second for each would be longer than a test may take.
  for (uint64_t id = 0; id < 500'000; id += 100) set.OnFlows(MakeBatch(id, 100));
  set.Stop();
  EXPECT_EQ(set.states()[0].ledger.dropped_sum(), 500'000u);
}

// A delivery may take as long as it likes while its receiver is seen to take bytes, and only for a
// moment when it is not.
TEST(SinkSet, AReplayedFileWaitsForWhoIsSeenToTakeBytes) {
  const SystemClock clock;
  std::atomic<bool> takes{true};
  Receiver slow([&](const Parcel&, const Interrupt& stop) {
    for (int i = 0; i < 30 && takes; ++i) {
      slow.TellProgress({});
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    while (!takes && !stop.raised()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return stop.raised() ? Delivery::Retry("stopped") : Delivery::Done();
  });
  SinkSet set(true);
  set.Add(std::make_unique<Sink>(SinkOptions{.name = "slow",
                                             .queue_bytes = size_t{1} << 20,
                                             .drain_timeout = std::chrono::seconds(0),
                                             .most_delivery = std::chrono::milliseconds(100),
                                             .most_pause = std::chrono::milliseconds(100)},
                                 std::make_unique<IdEncoder>(), std::make_unique<MemoryQueue>(),
                                 slow.MakeTarget(), clock));
  set.Start();
  for (uint64_t id = 0; id < 20'000; id += 100) set.OnFlows(MakeBatch(id, 100));
  EXPECT_EQ(set.states()[0].ledger.dropped_sum(), 0u);
  takes = false;
  for (uint64_t id = 0; id < 20'000; id += 100) set.OnFlows(MakeBatch(id, 100));
  EXPECT_GT(set.states()[0].ledger.dropped_sum(), 0u);
  set.Stop();
}

// A sink with a spool, its receiver away and its disk full: what is lost stays in the books.
TEST(SinkWithSpool, TheLedgerGoesOnAfterAStop) {
  const SystemClock clock;
  const Folder folder;
  const std::string dir = folder / "spool";
  Receiver away([](const Parcel&, const Interrupt&) { return Delivery::Retry("nobody there"); });
  model::SinkLedger ledger;
  for (const int run : {0, 1}) {
    auto spool = Spool::Open({.dir = dir, .most_bytes = uint64_t{1} << 20});
    ASSERT_TRUE(spool.ok());
    EXPECT_EQ((*spool)->ledger().offered, ledger.offered);
    EXPECT_EQ((*spool)->ledger().dropped, ledger.dropped);
    SinkOptions options{.name = "spooled",
                        .queue_bytes = size_t{1} << 20,
                        .batch_records = 10,
                        .drain_timeout = std::chrono::seconds(0),
                        .ledger = (*spool)->ledger()};
    // No new segment can be made: its name is a folder's.
    const std::string name = dir + "/00000000000000000001.spool";
    if (run == 0) std::filesystem::create_directory(name);
    Sink sink(std::move(options), std::make_unique<IdEncoder>(), std::move(spool).value(),
              away.MakeTarget(), clock);
    sink.Start();
    const auto batch = MakeBatch(0, 100);
    for (int i = 0; i < 100; ++i) sink.Offer(batch, model::BytesOf(*batch));
    sink.Stop();
    std::filesystem::remove(name);
    ledger = sink.state().ledger;
    EXPECT_EQ(ledger.offered, 10'000u * static_cast<unsigned>(run + 1));
    if (run == 0) {
      EXPECT_GT(ledger.dropped[static_cast<size_t>(SinkDropReason::kQueueFull)], 0u);
      EXPECT_GT(ledger.dropped[static_cast<size_t>(SinkDropReason::kShutdown)], 0u);
    }
  }
}

TEST(SinkWithSpool, StopsAtOnceWhileTheReceiverStandsStill) {
  const SystemClock clock;
  const Folder folder;
  Receiver frozen([&](const Parcel&, const Interrupt& stop) {
    frozen.TellProgress(std::chrono::seconds(10));
    while (!stop.raised()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return Delivery::Retry("stopped");
  });
  auto spool = Spool::Open({.dir = folder / "spool", .most_bytes = uint64_t{1} << 20});
  ASSERT_TRUE(spool.ok());
  Sink sink({.name = "spooled", .drain_timeout = std::chrono::hours(1)},
            std::make_unique<IdEncoder>(), std::move(spool).value(), frozen.MakeTarget(), clock);
  sink.Start();
  const auto batch = MakeBatch(0, 100);
  sink.Offer(batch, model::BytesOf(*batch));
  sink.Stop();
  EXPECT_EQ(sink.state().ledger.waiting(), 100u);
}

TEST(Parcels, GoThroughTheirEncodedForm) {
  Parcel parcel;
  parcel.oldest_offered_at = kFirstSeen;
  for (const std::string text : {"a", "", "longer"}) {
    parcel.buffer() += "key" + text;
    parcel.EndKey();
    parcel.buffer() += "body" + text;
    parcel.EndRecord();
  }
  parcel.buffer() += "never ended";
  parcel.DropUnfinished();
  std::string encoded;
  parcel.EncodeTo(encoded);
  Parcel read;
  ASSERT_TRUE(Parcel::Decode(encoded, read));
  ASSERT_EQ(read.size(), 3u);
  EXPECT_EQ(read[2].key, "keylonger");
  EXPECT_EQ(read[2].body, "bodylonger");
  EXPECT_EQ(read[1].key, "key");
  EXPECT_EQ(read.oldest_offered_at, kFirstSeen);
  EXPECT_EQ(read.Range(1, 3)[1].body, "bodylonger");
  for (size_t size = 0; size < encoded.size(); ++size) {
    EXPECT_FALSE(Parcel::Decode(encoded.substr(0, size), read)) << size;
  }
}

}  // namespace
}  // namespace wiregauge::sinks
