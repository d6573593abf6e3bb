// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "model/traffic.h"

namespace wiregauge::model {

// Why a flow capture takes no further packet.
enum class FlowCaptureEnd : uint8_t {
  kPackets,    // it has as many as it may have
  kBytes,      // the next packet did not fit into the file
  kTime,       // its time is over, by the clock of the packets or by that on the wall
  kFlowEnded,  // whatever ended it: another connection on the same 5-tuple, eviction, shutdown
  kStopped,    // somebody asked for it
  kCount,
};
const char* FlowCaptureEndName(FlowCaptureEnd end);  // "packets", "bytes", "time", ...

// What a flow capture takes at most; the first limit that is reached ends it.
struct FlowCaptureLimits {
  uint64_t max_packets = 0;
  uint64_t max_bytes = 0;  // of the pcap file, its headers included
  Duration max_duration{};
  uint32_t snap_length_bytes = 0;  // of each frame; its length on the wire is kept
};

// A flow's packets on their way into a pcap file: the object of the API before it has a format.
struct FlowCaptureRecord {
  uint64_t id = 0;       // unique in the process
  uint64_t flow_id = 0;  // FlowRecord::id
  uint16_t interface_index = 0;
  FlowCaptureLimits limits;
  Timestamp started_at{};               // by the clock on the wall
  std::optional<Timestamp> ended_at{};  // the same; nothing while it runs
  std::optional<FlowCaptureEnd> end{};  // nothing while it runs
  Traffic captured{};                   // frame bytes on the wire, whatever was stored
  uint64_t file_bytes = 0;              // of the pcap file so far
  uint64_t cut_packets = 0;             // stored shorter than they were on the wire
  uint64_t dropped_packets = 0;         // of another link type than the file's, which holds one
};

// What an interface's flow captures have come to. Counters never go down.
struct FlowCaptureCounters {
  uint64_t started = 0;
  std::array<uint64_t, static_cast<size_t>(FlowCaptureEnd::kCount)> ended{};
  Traffic captured;
  uint64_t dropped_packets = 0;

  FlowCaptureCounters& operator+=(const FlowCaptureCounters& other);
};

}  // namespace wiregauge::model
