// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "snapshot/flow_sink.h"

namespace wiregauge::app {

// Hands each batch of flow records to several sinks, in the order in which they were attached.
class FlowFanOut final : public snapshot::FlowSink {
 public:
  // Before the engine starts. Borrows the sink.
  void Attach(snapshot::FlowSink& sink) { sinks_.push_back(&sink); }

  void OnFlows(const std::shared_ptr<const model::FlowBatch>& flows) noexcept override {
    for (snapshot::FlowSink* const sink : sinks_) sink->OnFlows(flows);
  }

 private:
  std::vector<snapshot::FlowSink*> sinks_;
};

}  // namespace wiregauge::app
