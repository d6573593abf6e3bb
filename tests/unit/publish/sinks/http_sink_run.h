// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "flow_records.h"
#include "http_receivers.h"
#include "http_settings.h"
#include "model/batch_bytes.h"
#include "publish/sinks/make_sink.h"

namespace wiregauge::sinks {

inline constexpr size_t kRecordsThroughFaults = 200'000;

// A sink at work, with its letters that nobody takes in a folder of its own.
class SinkRun {
 public:
  explicit SinkRun(const config::Sink& settings) {
    auto sink =
        MakeSink(settings, {.context = MakeContext(), .clock = clock_, .data_dir = folder_.path()});
    EXPECT_TRUE(sink.ok()) << sink.error().message;
    sink_ = std::move(sink).value();
    sink_->Start();
  }

  // Records [first, first + count), in batches as the exporter has them.
  void Offer(uint64_t first, size_t count) {
    constexpr size_t kBatch = 1000;
    for (size_t done = 0; done < count; done += kBatch) {
      const auto batch = MakeMixedBatch(first + done, std::min(kBatch, count - done));
      sink_->Offer(batch, model::BytesOf(*batch));
    }
  }
  // Until as many were delivered or dropped; else the test fails.
  void WaitUntilSettled(uint64_t records, std::chrono::seconds most = std::chrono::seconds(200)) {
    const auto deadline = std::chrono::steady_clock::now() + most;
    while (settled() < records) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline)
          << settled() << " of " << records << ": " << state().problem;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  template <typename Condition>
  void WaitUntil(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition(state())) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << state().problem;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  void Stop() { sink_->Stop(); }

  model::SinkState state() const { return sink_->state(); }
  const model::SinkLedger ledger() const { return state().ledger; }
  std::string dead_letters() const { return folder_.path() + "/test.rejected.ndjson"; }

 private:
  uint64_t settled() const {
    const model::SinkLedger now = ledger();
    return now.delivered + now.dropped_sum();
  }

  const TestFolder folder_;
  const SystemClock clock_;
  std::unique_ptr<Sink> sink_;
};

// The ledger says that each of `records` was delivered.
inline void ExpectDelivered(const SinkRun& run, size_t records) {
  const model::SinkLedger ledger = run.ledger();
  EXPECT_EQ(ledger.offered, records);
  EXPECT_EQ(ledger.delivered, records);
  EXPECT_EQ(ledger.dropped_sum(), 0u);
}

// Sends 200,000 records to a receiver that is killed, frozen and ended in their middle, and back
// each time after the sink has noticed. `start` starts it and waits until it answers.
template <typename Start>
void SendThroughFaults(SinkRun& run, Receiver& receiver, Start start) {
  uint64_t offered = 0;
  const auto offer = [&](size_t count) {
    run.Offer(offered, count);
    offered += count;
  };
  const auto during = [&](auto fault, auto end) {
    offer(30'000);
    run.WaitUntil(
        [&](const model::SinkState& state) { return state.ledger.delivered + 15'000 >= offered; });
    fault();
    offer(20'000);
    run.WaitUntil([](const model::SinkState& state) { return state.failing; });
    end();
  };
  during([&] { receiver.Kill(); }, start);
  during([&] { receiver.Freeze(); }, [&] { receiver.GoOn(); });
  during([&] { receiver.Terminate(); }, start);
  offer(kRecordsThroughFaults - offered);
  run.WaitUntilSettled(offered);
}

}  // namespace wiregauge::sinks
