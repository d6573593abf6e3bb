// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "publish/lua/vm/library.h"

namespace wiregauge::lua {

// `wiregauge.kv`
const Library& KvLibrary();

}  // namespace wiregauge::lua
