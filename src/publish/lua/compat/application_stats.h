// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lua.hpp>

#include "publish/lua/compat/view.h"

namespace wiregauge::lua::compat {

// An interface's applications: {[name] = {breed, "bytes.rcvd", "packets.rcvd", num_flows, ...}}.
// The interface has received all of it, so what is sent is 0.
void PushInterfaceApplications(lua_State* lua, const View& view);

}  // namespace wiregauge::lua::compat
