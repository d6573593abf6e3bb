// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "publish/lua/vm/library.h"

namespace wiregauge::lua {

// `wiregauge.alerts`
const Library& AlertsLibrary();

}  // namespace wiregauge::lua
