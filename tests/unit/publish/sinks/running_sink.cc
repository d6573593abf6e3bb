// SPDX-License-Identifier: Apache-2.0
#include "running_sink.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "model/batch_bytes.h"
#include "publish/sinks/make_sink.h"

namespace wiregauge::sinks {
namespace {

constexpr auto kPatience = std::chrono::seconds(200);
constexpr auto kLook = std::chrono::milliseconds(2);

}  // namespace

RunningSink::RunningSink(const config::Sink& settings) {
  auto sink =
      MakeSink(settings, {.context = MakeContext(), .clock = clock_, .data_dir = folder_.path()});
  if (!sink.ok()) throw std::runtime_error(sink.error().message);
  sink_ = std::move(sink).value();
  sink_->Start();
}

void RunningSink::Offer(uint64_t first, size_t records) {
  constexpr size_t kBatch = 500;
  for (size_t done = 0; done < records; done += kBatch) {
    const auto batch = MakeMixedBatch(first + done, std::min(kBatch, records - done));
    sink_->Offer(batch, model::BytesOf(*batch));
  }
}

bool RunningSink::Reach(uint64_t records) const {
  return WaitUntil([&](const model::SinkState& state) {
    return state.ledger.delivered + state.ledger.dropped_sum() >= records;
  });
}

bool RunningSink::WaitForProblem() const {
  return WaitUntil([](const model::SinkState& state) { return !state.problem.empty(); });
}

bool RunningSink::WaitUntil(const std::function<bool(const model::SinkState&)>& condition) const {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition(state())) {
    if (std::chrono::steady_clock::now() > deadline) {
      ADD_FAILURE() << "it takes too long; " << state().ledger.delivered << " are delivered; "
                    << state().problem;
      return false;
    }
    std::this_thread::sleep_for(kLook);
  }
  return true;
}

void ExpectDelivered(const RunningSink& sink, size_t records) {
  const model::SinkLedger ledger = sink.state().ledger;
  EXPECT_EQ(ledger.offered, records);
  EXPECT_EQ(ledger.delivered, records);
  EXPECT_EQ(ledger.dropped_sum(), 0u);
}

}  // namespace wiregauge::sinks
