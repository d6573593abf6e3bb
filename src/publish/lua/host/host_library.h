// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "publish/lua/vm/library.h"

namespace wiregauge::lua {

// What scripts tell the host: wiregauge.route, wiregauge.problem, require, and the object that
// stands for the request.
const Library& HostLibrary();
const Library& RequireLibrary();

// Pushes the object that stands for the request of the present call.
void PushRequest(lua_State* lua);
// Makes it. Once a state.
void OpenRequest(lua_State* lua);

}  // namespace wiregauge::lua
