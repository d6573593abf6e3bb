// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/traffic.h"

namespace wiregauge::model {

// What is kept of both directions of something, seen from one host: sent and received.
struct TwoWay {
  Traffic sent;
  Traffic received;

  TwoWay& operator+=(const TwoWay& other) {
    sent += other.sent;
    received += other.received;
    return *this;
  }
  bool operator==(const TwoWay&) const = default;
};

}  // namespace wiregauge::model
