// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "model/flow_record.h"

namespace wiregauge::snapshot {

// Takes the records of flows: of ended ones, and the reports of long ones. Called on one thread
// (the exporter's), in the order in which each shard made them; while it does not return, shards
// drop records (live) or wait (files). Batches may be kept.
class FlowSink {
 public:
  virtual ~FlowSink() = default;
  virtual void OnFlows(const std::shared_ptr<const model::FlowBatch>& flows) noexcept = 0;
};

}  // namespace wiregauge::snapshot
