// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/time.h"
#include "config/settings.h"
#include "model/sink_state.h"
#include "publish/sinks/frame/sink.h"
#include "publish/sinks/record/field.h"

namespace wiregauge::sinks::database_tests {

// Options that all types have, as the settings' table gives them.
config::Sink Settings(std::string type);

// A sink at work, with a folder for what it leaves behind.
class RunningSink {
 public:
  explicit RunningSink(const config::Sink& settings);
  ~RunningSink();

  // Records [first, first + count).
  void Offer(uint64_t first, size_t count);
  void Offer(const std::shared_ptr<const model::FlowBatch>& batch);
  // Waits until so many are delivered or dropped; false: not within `most`.
  bool Reach(uint64_t records, std::chrono::seconds most = std::chrono::seconds(120)) const;
  bool WaitForProblem() const;
  void Stop() { sink_->Stop(); }
  model::SinkState state() const { return sink_->state(); }
  std::string dead_letters() const;

 private:
  const SystemClock clock_;
  std::string folder_;
  std::unique_ptr<Sink> sink_;
};

}  // namespace wiregauge::sinks::database_tests
