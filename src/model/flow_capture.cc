// SPDX-License-Identifier: Apache-2.0
#include "model/flow_capture.h"

namespace wiregauge::model {

const char* FlowCaptureEndName(FlowCaptureEnd end) {
  switch (end) {
    case FlowCaptureEnd::kPackets:
      return "packets";
    case FlowCaptureEnd::kBytes:
      return "bytes";
    case FlowCaptureEnd::kTime:
      return "time";
    case FlowCaptureEnd::kFlowEnded:
      return "flow_ended";
    case FlowCaptureEnd::kStopped:
      return "stopped";
    case FlowCaptureEnd::kCount:
      break;
  }
  return "";
}

FlowCaptureCounters& FlowCaptureCounters::operator+=(const FlowCaptureCounters& other) {
  started += other.started;
  for (size_t i = 0; i < ended.size(); ++i) ended[i] += other.ended[i];
  captured += other.captured;
  dropped_packets += other.dropped_packets;
  return *this;
}

}  // namespace wiregauge::model
