// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "publish/lua/vm/library.h"

namespace wiregauge::lua {

// wiregauge.record: time series of scripts' own.
std::vector<Function> SeriesFunctions();
Record RecordOptions();

}  // namespace wiregauge::lua
