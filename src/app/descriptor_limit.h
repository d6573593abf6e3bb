// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wiregauge::app {

// Raises the soft limit of open descriptors so that there are enough for this many connections and
// all else, as far as the hard limit lets it; the log warns when that is not enough. Never lowers
// it.
void RaiseDescriptorLimit(uint32_t connections);

}  // namespace wiregauge::app
