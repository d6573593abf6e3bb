// SPDX-License-Identifier: Apache-2.0
#pragma once

struct lua_State;

namespace wiregauge::lua {

// Makes the functions of the table library whose work grows with the table announce it (State::
// Spend) before they begin. The library is on top of the stack.
void ReplaceTableFunctions(lua_State* lua);

}  // namespace wiregauge::lua
