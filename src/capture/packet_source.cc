// SPDX-License-Identifier: Apache-2.0
#include "capture/packet_source.h"

namespace wiregauge::capture {

const char* SourceStateName(SourceState state) {
  switch (state) {
    case SourceState::kOpen:
      return "open";
    case SourceState::kGone:
      return "gone";
    case SourceState::kEnded:
      return "ended";
    case SourceState::kCut:
      return "cut";
    case SourceState::kFailed:
      return "failed";
  }
  return "unknown";
}

}  // namespace wiregauge::capture
