// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "publish/lua/vm/library.h"

namespace wiregauge::lua {

// wiregauge.record: time series of scripts' own.
const Library& SeriesLibrary();

}  // namespace wiregauge::lua
