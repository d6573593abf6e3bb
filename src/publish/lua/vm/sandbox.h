// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

struct lua_State;

namespace wiregauge::lua {

// What a script finds: Lua 5.1 without files, processes, bytecode, debug, ffi and jit. Libraries
// are read-only, so that no script changes what the next one finds; each script has a table of
// globals of its own. `pairs` honours __pairs, `ipairs` __ipairs; `next` calls __pairs first.
// Inside State::Run.
void OpenSandbox(lua_State* lua);

// Pops the value on top; scripts find it under this name.
void AddGlobal(lua_State* lua, const char* name);
// Replaces the table on top by a read-only view of it.
void MakeReadOnly(lua_State* lua);
// Throws ScriptError when the value is such a view: for what writes past metatables.
void CheckWritable(lua_State* lua, int index);

// Pushes a new table of globals.
void PushEnvironment(lua_State* lua);
// Pushes the globals of the script that called the present function, or new ones.
void PushCallersEnvironment(lua_State* lua);
// Compiles a script and pushes it as a function, with the globals that are on top, which it takes
// off. `name` is what errors call it. Throws ScriptError with file and line.
void Load(lua_State* lua, std::string_view source, const std::string& name);

// Pushes what tostring() would give; calls __tostring.
std::string_view PushText(lua_State* lua, int index);

}  // namespace wiregauge::lua
