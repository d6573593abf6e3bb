// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dpi/classifier.h"

namespace wiregauge::flow {

// Who sent the packet, seen from the flow.
using Sender = dpi::Sender;

}  // namespace wiregauge::flow
