// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "publish/lua/vm/library.h"

namespace wiregauge::lua {

// `wiregauge.json`
const Library& JsonLibrary();

}  // namespace wiregauge::lua
