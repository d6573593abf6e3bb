// SPDX-License-Identifier: Apache-2.0
#pragma once

struct lua_State;

namespace wiregauge::lua {

// Puts find, match, gmatch and gsub with counted steps (pattern.h) into the string library, and
// takes dump out of it. The library is on top of the stack.
void ReplaceStringFunctions(lua_State* lua);

}  // namespace wiregauge::lua
