// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "publish/lua/vm/library.h"

namespace wiregauge::lua {

// `wiregauge` and its parts: the objects of the REST API, and what scripts do with them. The
// functions work in a call (call.h). Immutable; made once.
const std::vector<const Library*>& NativeLibraries();

}  // namespace wiregauge::lua
