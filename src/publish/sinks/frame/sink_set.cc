// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/sink_set.h"

#include <thread>

#include "base/log.h"
#include "model/batch_bytes.h"

namespace wiregauge::sinks {

void SinkSet::Start() {
  for (const auto& sink : sinks_) {
    const model::SinkState state = sink->state();
    log::Info("sinks", "records go out",
              {{"sink", state.name}, {"type", state.type}, {"address", state.address}});
    sink->Start();
  }
}

void SinkSet::OnFlows(const std::shared_ptr<const model::FlowBatch>& flows) noexcept {
  if (sinks_.empty()) return;
  const size_t bytes = model::BytesOf(*flows);
  for (const auto& sink : sinks_) {
    if (replay_) sink->WaitForRoom(bytes);
    sink->Offer(flows, bytes);
  }
}

void SinkSet::Stop() {
  std::vector<std::thread> stopping;
  stopping.reserve(sinks_.size());
  for (const auto& sink : sinks_) stopping.emplace_back([&sink] { sink->Stop(); });
  for (std::thread& thread : stopping) thread.join();
}

std::vector<model::SinkState> SinkSet::states() const {
  std::vector<model::SinkState> states;
  states.reserve(sinks_.size());
  for (const auto& sink : sinks_) states.push_back(sink->state());
  return states;
}

}  // namespace wiregauge::sinks
