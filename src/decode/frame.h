// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/packet_view.h"
#include "decode/packet.h"

namespace wiregauge::decode {

// A frame with what was decoded of it. The bytes are the view's.
struct DecodedFrame {
  DecodedFrame(const PacketView& packet_view, const Options& options) noexcept
      : view(packet_view), error(Decode(packet_view, options, packet)) {}

  bool is_ip() const noexcept {
    return error == DecodeError::kNone &&
           (packet.l3_class == L3Class::kIpv4 || packet.l3_class == L3Class::kIpv6);
  }
  // The bytes were copied to `place`: that copy is what is viewed from now on.
  void MoveTo(const uint8_t* place) noexcept;

  PacketView view;
  DecodedPacket packet;
  DecodeError error;
};

}  // namespace wiregauge::decode
