// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "http_client/call.h"

namespace wiregauge::sinks {

// What ClickHouse says of a request.
struct ClickHouseAnswer {
  enum class Kind : uint8_t {
    kDone,
    kBadRow,   // it refuses the rows for one of them, or for being too many
    kMissing,  // database, table or column is not there
    kBusy,     // it has no room, no memory or no time for anything now
    kOther,    // anything else: it may be better later
  };

  Kind kind = Kind::kDone;
  int code = 0;           // of ClickHouse's error; 0: none is told
  std::string problem{};  // a sentence; empty: there is none
};

// It is done only when the answer is one of ClickHouse's own: any web server says 200.
ClickHouseAnswer ReadClickHouseAnswer(const http_client::Answer& answer);

}  // namespace wiregauge::sinks
