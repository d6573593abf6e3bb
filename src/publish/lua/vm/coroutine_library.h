// SPDX-License-Identifier: Apache-2.0
#pragma once

struct lua_State;

namespace wiregauge::lua {

// Pushes the coroutine library: LuaJIT's own would let coroutines resume each other until the C
// stack is used up.
void PushCoroutineLibrary(lua_State* lua);

}  // namespace wiregauge::lua
