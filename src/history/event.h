// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace wiregauge::history {

// Something that happened to an interface or to the service, to be shown along with values.
struct Event {
  int64_t unix_ms = 0;
  std::string interface;  // empty: the service
  std::string kind;       // "interface_gone"
  std::string text;       // a sentence

  bool operator==(const Event&) const = default;
};

}  // namespace wiregauge::history
