// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace wiregauge::capture {

// Whether a BPF expression can be compiled for Ethernet, Linux cooked or raw IP frames, before a
// source is there to compile it for. Empty is good. Error: kInvalidArgument with the expression and
// libpcap's reason. Thread-safe.
Status CheckFilter(const std::string& expression);

}  // namespace wiregauge::capture
