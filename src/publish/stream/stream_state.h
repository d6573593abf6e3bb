// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace wiregauge::stream {

// Why streams end.
enum class StreamEnd : uint8_t {
  kClientLeft,
  kStalled,  // the client took nothing for stall_timeout
  kMaxAge,   // it was max_age old
  kStopped,  // the service stops
  kCount,
};
const char* StreamEndName(StreamEnd end);  // "client_left", ...

// Counters are of this process.
struct StreamState {
  uint64_t clients = 0;  // now
  uint64_t accepted = 0, refused = 0;
  uint64_t flow_events = 0, gap_events = 0;  // handed to clients' connections
  uint64_t skipped_records = 0;              // that clients were, or will be, told of
  std::array<uint64_t, static_cast<size_t>(StreamEnd::kCount)> ended{};
  uint64_t ring_records = 0, ring_bytes = 0;  // now
};

}  // namespace wiregauge::stream
