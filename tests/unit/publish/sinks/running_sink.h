// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/time.h"
#include "config/settings.h"
#include "flow_records.h"
#include "model/sink_state.h"
#include "publish/sinks/frame/sink.h"

namespace wiregauge::sinks {

// A sink at work, with a folder for what it leaves behind.
class RunningSink {
 public:
  explicit RunningSink(const config::Sink& settings);

  // The mixed flows [first, first + records), in batches.
  void Offer(uint64_t first, size_t records);
  // These wait; false: it was not within their patience, and the test fails.
  bool Reach(uint64_t records) const;  // delivered or dropped
  bool WaitForProblem() const;
  bool WaitUntil(const std::function<bool(const model::SinkState&)>& condition) const;
  void Stop() { sink_->Stop(); }

  model::SinkState state() const { return sink_->state(); }
  std::string dead_letters() const { return ReadFile(folder_ / "test.rejected.ndjson"); }

 private:
  const SystemClock clock_;
  const Folder folder_;
  std::unique_ptr<Sink> sink_;
};

// The ledger says that each of `records` was delivered.
void ExpectDelivered(const RunningSink& sink, size_t records);

}  // namespace wiregauge::sinks
