// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lua.hpp>

#include "publish/lua/call.h"

namespace wiregauge::lua::compat {

// Sets _GET, _POST, _SERVER, _COOKIE and _SESSION of the call in the table of globals on top, which
// stays: a preparer of Services.
void PushRequestGlobals(lua_State* lua, Call& call);

// Adds ntopng's functions to the libraries `table` and `string`: an opener of Services.
void OpenLibraryFunctions(lua_State* lua);

}  // namespace wiregauge::lua::compat
