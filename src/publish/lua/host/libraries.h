// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "publish/lua/call.h"

namespace wiregauge::lua {

// Everything that scripts can call beside Lua itself, in the manual's order.
std::vector<const Library*> AllLibraries();

// Gives the services what every state is made of.
void AddLibraries(Services& services);

}  // namespace wiregauge::lua
