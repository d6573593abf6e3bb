// SPDX-License-Identifier: Apache-2.0
#include "publish/stream/rendered_events.h"

#include "publish/stream/event.h"

namespace wiregauge::stream {
namespace {

// Clients that keep up are at the same records; those that do not should not cost memory.
constexpr size_t kMostKept = 1024;

}  // namespace

const std::string& RenderedEvents::Get(const FlowView& view, uint64_t number,
                                       const model::FlowRecord& flow) {
  if (kept_ >= kMostKept) Clear();
  std::string& event = by_fields_[view.fields()][number];
  if (!event.empty()) return event;
  ++kept_;
  json_.clear();
  view.Write(flow, json_);
  AppendFlowEvent(FormatEventId(run_, number + 1), json_, event);
  return event;
}

void RenderedEvents::Clear() {
  by_fields_.clear();
  kept_ = 0;
}

}  // namespace wiregauge::stream
