// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wiregauge::flow {

// Who sent the packet, seen from the flow.
enum class Sender : uint8_t { kClient, kServer };

}  // namespace wiregauge::flow
