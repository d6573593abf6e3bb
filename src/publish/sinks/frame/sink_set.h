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

// All sinks of a service, each at its own pace. While packets come from an interface OnFlows waits
// for none of them. states() is thread-safe.
class SinkSet final : public snapshot::FlowSink {
 public:
  // `replay`: all sources are files, and nothing is to be lost of them: OnFlows waits for sinks
  // that take records, though slowly (Sink::WaitForRoom).
  explicit SinkSet(bool replay) : replay_(replay) {}

  // Before Start.
  void Add(std::unique_ptr<Sink> sink) { sinks_.push_back(std::move(sink)); }
  bool empty() const { return sinks_.empty(); }
  void Start();
  void OnFlows(const std::shared_ptr<const model::FlowBatch>& flows) noexcept override;
  // After the last OnFlows: all at once, each until its own deadline.
  void Stop();

  std::vector<model::SinkState> states() const;

 private:
  const bool replay_;
  std::vector<std::unique_ptr<Sink>> sinks_;
};

}  // namespace wiregauge::sinks
