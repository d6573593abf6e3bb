// SPDX-License-Identifier: Apache-2.0
#include "model/sink_state.h"

namespace wiregauge::model {

const char* SinkDropReasonName(SinkDropReason reason) {
  switch (reason) {
    case SinkDropReason::kQueueFull:
      return "queue_full";
    case SinkDropReason::kSpoolFull:
      return "spool_full";
    case SinkDropReason::kRejected:
      return "rejected";
    case SinkDropReason::kShutdown:
      return "shutdown";
    case SinkDropReason::kDamaged:
      return "damaged";
    case SinkDropReason::kSetAside:
      return "set_aside";
    case SinkDropReason::kCount:
      break;
  }
  return "";
}

}  // namespace wiregauge::model
