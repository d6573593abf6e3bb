// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "model/flow_record.h"
#include "publish/stream/flow_view.h"

namespace wiregauge::stream {

// The events of some records, each written once for all clients that want the same fields. Not
// thread-safe.
class RenderedEvents {
 public:
  explicit RenderedEvents(std::string_view run) : run_(run) {}

  // Valid until the next call.
  const std::string& Get(const FlowView& view, uint64_t number, const model::FlowRecord& flow);
  void Clear();

 private:
  using ByNumber = std::unordered_map<uint64_t, std::string>;

  const std::string run_;
  std::unordered_map<std::string, ByNumber> by_fields_;
  size_t kept_ = 0;
  std::string json_;
};

}  // namespace wiregauge::stream
