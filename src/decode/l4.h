// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/layer.h"
#include "decode/packet.h"

namespace wiregauge::decode {

// Reads the L4 header that `payload`, the payload of an IP packet that is no later fragment, starts
// with, by packet.l4_protocol. Never an error: what does not fit leaves has_ports and has_l4_header
// false.
void ReadL4(Layer payload, DecodedPacket& packet) noexcept;

}  // namespace wiregauge::decode
