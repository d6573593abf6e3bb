// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/flow_capture.h"

namespace wiregauge::snapshot {

// What all flow captures together may take.
struct FlowCaptureBudget {
  uint64_t memory_bytes = 0;      // of running and of finished ones
  uint32_t most_running = 0;      // at once
  model::FlowCaptureLimits most;  // that one may ask for
};

// Writes packets of live flows to pcap files in memory, for publishers, who cannot name a live
// flow. Finished captures stay until the budget is needed for another: the oldest leave first.
// Implemented by the engine. Thread-safe.
class FlowCaptures {
 public:
  virtual ~FlowCaptures() = default;

  virtual const FlowCaptureBudget& budget() const = 0;
  // What the running captures may come to and the finished ones take.
  virtual uint64_t memory_bytes() = 0;

  // Captures the flow's packets from now on; waits a few seconds at most for its worker. Errors:
  // kNotFound, no such flow; kConflict, it has ended, or a capture of it runs; kUnavailable, the
  // budget is used up, or the worker does not answer.
  virtual Result<model::FlowCaptureRecord> Start(uint64_t flow_id,
                                                 const model::FlowCaptureLimits& limits) = 0;

  // All there are, oldest first.
  virtual std::vector<model::FlowCaptureRecord> List() = 0;
  virtual std::optional<model::FlowCaptureRecord> Find(uint64_t id) = 0;
  // The pcap file, as far as it is written.
  virtual std::optional<std::string> ReadFile(uint64_t id) = 0;
  // Takes no further packet; what there is stays.
  virtual std::optional<model::FlowCaptureRecord> Stop(uint64_t id) = 0;
  // Stops and forgets it. False when there is none.
  virtual bool Remove(uint64_t id) = 0;
};

}  // namespace wiregauge::snapshot
