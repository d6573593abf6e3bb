// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "publish/lua/vm/library.h"

namespace wiregauge::lua {

// `wiregauge`: flows, hosts, counters, history.
const Library& WiregaugeLibrary();

}  // namespace wiregauge::lua
