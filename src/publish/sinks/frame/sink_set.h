// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/sink_state.h"
#include "publish/sinks/frame/sink.h"
#include "snapshot/flow_sink.h"

namespace wiregauge::sinks {

// All sinks of a service, each at its own pace. OnFlows waits for none of them; states() is
// thread-safe.
class SinkSet final : public snapshot::FlowSink {
 public:
  // Before Start.
  void Add(std::unique_ptr<Sink> sink) { sinks_.push_back(std::move(sink)); }
  bool empty() const { return sinks_.empty(); }
  void Start();
  void OnFlows(const std::shared_ptr<const model::FlowBatch>& flows) noexcept override;
  // After the last OnFlows: all at once, each until its own deadline.
  void Stop();

  std::vector<model::SinkState> states() const;

 private:
  std::vector<std::unique_ptr<Sink>> sinks_;
};

}  // namespace wiregauge::sinks
