// SPDX-License-Identifier: Apache-2.0
#include "decode/frame.h"

namespace wiregauge::decode {

void DecodedFrame::MoveTo(const uint8_t* place) noexcept {
  const uint8_t* const before = view.captured.data();
  const auto move = [&](std::span<const uint8_t>& part) {
    if (part.data() != nullptr) part = {place + (part.data() - before), part.size()};
  };
  move(packet.ip_packet);
  move(packet.payload);
  move(view.captured);
}

}  // namespace wiregauge::decode
