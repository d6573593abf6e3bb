// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/layer.h"
#include "decode/packet.h"

namespace wiregauge::decode {

// Each reads an IP packet that starts at the beginning of `layer`, with its L4 header, into the
// part of `packet` that is about IP, which must be as constructed. On an error that part is
// undefined.
[[nodiscard]] DecodeError ReadIpv4(Layer layer, DecodedPacket& packet) noexcept;
[[nodiscard]] DecodeError ReadIpv6(Layer layer, DecodedPacket& packet) noexcept;

}  // namespace wiregauge::decode
