// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "publish/lua/vm/library.h"

namespace wiregauge::lua {

// `wiregauge.http`
const Library& HttpLibrary();

}  // namespace wiregauge::lua
