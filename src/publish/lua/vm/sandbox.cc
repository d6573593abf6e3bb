// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/vm/sandbox.h"

#include <algorithm>
#include <lua.hpp>

#include "publish/lua/vm/coroutine_library.h"
#include "publish/lua/vm/held_bytes.h"
#include "publish/lua/vm/integer.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/string_library.h"
#include "publish/lua/vm/table_library.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

// In the registry: the globals that all scripts share, and the metatable of a script's own.
constexpr const char* kShared = "wiregauge.globals";
constexpr const char* kEnvironment = "wiregauge.environment";
constexpr const char* kTostring = "wiregauge.tostring";

constexpr const char* kBaseFunctions[] = {
    "assert",   "error",        "rawequal",     "rawget", "select",   "type",
    "tonumber", "getmetatable", "setmetatable", "unpack", "tostring", "_VERSION",
};
constexpr const char* kOsFunctions[] = {"clock", "date", "difftime", "time"};

struct Reader {
  std::string_view rest;
  State& state;
};

// In pieces, so that the parser's time is counted.
const char* ReadPiece(lua_State*, void* data, size_t* size) {
  constexpr size_t kPiece = 4096;
  constexpr uint64_t kSpendPerByte = 50;
  Reader& reader = *static_cast<Reader*>(data);
  const std::string_view piece = reader.rest.substr(0, kPiece);
  reader.rest.remove_prefix(piece.size());
  reader.state.Spend(piece.size() * kSpendPerByte);
  *size = piece.size();
  return piece.empty() ? nullptr : piece.data();
}

bool LoadText(lua_State* lua, std::string_view source, const char* name) {
  Reader reader{source, State::Of(lua)};
  return lua_loadx(lua, ReadPiece, &reader, name, "t") == 0;
}

// load(text or function [, name]), loadstring(text [, name]): a function, or nil and why not.
int LoadChunk(lua_State* lua) {
  constexpr uint64_t kSpendPerPiece = 500;
  State& state = State::Of(lua);
  std::string source;
  HeldBytes held(state);
  if (lua_isfunction(lua, 1)) {
    const State::Nested nested(state);
    while (true) {
      lua_pushvalue(lua, 1);
      lua_call(lua, 0, 1);
      const auto piece = TextAt(lua, -1);
      if (!piece || piece->empty()) break;
      state.Spend(kSpendPerPiece + piece->size());
      held.Add(piece->size());
      source += *piece;
      lua_pop(lua, 1);
    }
  } else {
    source = TextArgument(lua, 1, "chunk");
  }
  const std::string name(OptionalText(lua, 2, "name").value_or("=(load)"));
  if (!LoadText(lua, source, name.c_str())) {
    lua_pushnil(lua);
    lua_insert(lua, -2);
    return 2;
  }
  if (lua_istable(lua, 4)) {
    lua_pushvalue(lua, 4);
  } else {
    PushCallersEnvironment(lua);
  }
  lua_setfenv(lua, -2);
  return 1;
}

// Upvalue 1: next.
int Pairs(lua_State* lua) {
  if (luaL_getmetafield(lua, 1, "__pairs") != 0) {
    const State::Nested nested(State::Of(lua));
    lua_pushvalue(lua, 1);
    lua_call(lua, 1, 3);
    return 3;
  }
  TableArgument(lua, 1, "t");
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_pushvalue(lua, 1);
  lua_pushnil(lua);
  return 3;
}

// A table that makes its members when they are looked at (__pairs) makes them for the first one.
int Next(lua_State* lua) {
  TableArgument(lua, 1, "t");
  lua_settop(lua, 2);
  if (lua_isnil(lua, 2) && luaL_getmetafield(lua, 1, "__pairs") != 0) {
    const State::Nested nested(State::Of(lua));
    lua_pushvalue(lua, 1);
    lua_call(lua, 1, 0);
  }
  if (lua_next(lua, 1) != 0) return 2;
  lua_pushnil(lua);
  return 1;
}

// Upvalue 1: the library's own.
int IndexedPairs(lua_State* lua) {
  const State::Nested nested(State::Of(lua));
  if (luaL_getmetafield(lua, 1, "__ipairs") == 0) {
    TableArgument(lua, 1, "t");
    lua_pushvalue(lua, lua_upvalueindex(1));
  }
  lua_pushvalue(lua, 1);
  lua_call(lua, 1, 3);
  return 3;
}

// What was called is done, its results or its error are above `base`. An error that a limit made is
// not the script's to catch: close to the end of the stack there is no room for the hook, so that
// it is here that limits are looked at.
int FinishProtected(lua_State* lua, int base, int status) {
  constexpr uint64_t kSpendPerError = 2000;
  if (status != 0) State::Of(lua).Spend(kSpendPerError);
  Push(lua, status == 0);
  lua_insert(lua, base);
  return lua_gettop(lua) - base + 1;
}

int ProtectedCall(lua_State* lua) {
  luaL_checkany(lua, 1);
  int status = 0;
  {
    const State::Nested nested(State::Of(lua));
    status = lua_pcall(lua, lua_gettop(lua) - 1, LUA_MULTRET, 0);
  }
  return FinishProtected(lua, 1, status);
}

// xpcall(f, handler, ...)
int ProtectedCallWithHandler(lua_State* lua) {
  luaL_checkany(lua, 2);
  lua_pushvalue(lua, 1);
  lua_pushvalue(lua, 2);
  lua_replace(lua, 1);
  lua_replace(lua, 2);
  int status = 0;
  {
    const State::Nested nested(State::Of(lua));
    status = lua_pcall(lua, lua_gettop(lua) - 2, LUA_MULTRET, 1);
  }
  return FinishProtected(lua, 2, status);
}

// rawset(table, key, value)
int RawSet(lua_State* lua) {
  TableArgument(lua, 1, "table");
  luaL_checkany(lua, 3);
  CheckWritable(lua, 1);
  lua_settop(lua, 3);
  lua_rawset(lua, 1);
  return 1;
}

// Memory is looked after; a full collection may take long.
int CollectGarbage(lua_State* lua) {
  const std::string_view option = OptionalText(lua, 1, "opt").value_or("collect");
  if (option == "count") {
    lua_pushnumber(lua, static_cast<double>(State::Of(lua).used_bytes()) / 1024);
  } else {
    lua_pushnumber(lua, 0);
  }
  return 1;
}

int Print(lua_State* lua) {
  State& state = State::Of(lua);
  const int count = lua_gettop(lua);
  for (int i = 1; i <= count; ++i) {
    if (i > 1) state.Print("\t");
    state.Print(PushText(lua, i));
    lua_pop(lua, 1);
  }
  return 0;
}

int RefuseWrite(lua_State* lua) {
  throw ScriptError("this table is read-only: \"" +
                    std::string(OptionalText(lua, 2, "key").value_or("?")) + "\" cannot be set");
}

// target[name] = source[name]; the source is on top, the target below it.
template <size_t kCount>
void Copy(lua_State* lua, const char* const (&names)[kCount]) {
  for (const char* const name : names) {
    lua_getfield(lua, -1, name);
    lua_setfield(lua, -3, name);
  }
}

void Open(lua_State* lua, lua_CFunction open, const char* name) {
  lua_pushcfunction(lua, open);
  lua_pushstring(lua, name);
  lua_call(lua, 1, 0);
}

// Moves a library from the state's own globals to those of scripts.
void Publish(lua_State* lua, const char* name, void (*change)(lua_State*) = nullptr) {
  lua_getglobal(lua, name);
  if (change != nullptr) change(lua);
  MakeReadOnly(lua);
  AddGlobal(lua, name);
}

// The methods of strings: of the library itself, and out of reach.
void ProtectStrings(lua_State* lua) {
  lua_pushliteral(lua, "");
  lua_getmetatable(lua, -1);
  SetField(lua, "__metatable", false);
  lua_pop(lua, 2);
}

void PublishOs(lua_State* lua) {
  lua_newtable(lua);
  lua_getglobal(lua, "os");
  Copy(lua, kOsFunctions);
  lua_pop(lua, 1);
  MakeReadOnly(lua);
  AddGlobal(lua, "os");
}

void PublishBase(lua_State* lua) {
  lua_getfield(lua, LUA_REGISTRYINDEX, kShared);
  lua_pushvalue(lua, LUA_GLOBALSINDEX);
  Copy(lua, kBaseFunctions);
  lua_getfield(lua, -1, "tostring");
  lua_setfield(lua, LUA_REGISTRYINDEX, kTostring);
  lua_getfield(lua, -1, "next");
  lua_pushcclosure(lua, Entry<Pairs>, 1);
  lua_setfield(lua, -3, "pairs");
  lua_getfield(lua, -1, "ipairs");
  lua_pushcclosure(lua, Entry<IndexedPairs>, 1);
  lua_setfield(lua, -3, "ipairs");
  lua_pop(lua, 2);
  const luaL_Reg functions[] = {
      {"load", Entry<LoadChunk>},      {"loadstring", Entry<LoadChunk>},
      {"pcall", Entry<ProtectedCall>}, {"xpcall", Entry<ProtectedCallWithHandler>},
      {"rawset", Entry<RawSet>},       {"collectgarbage", Entry<CollectGarbage>},
      {"next", Entry<Next>},           {"print", Entry<Print>}};
  for (const luaL_Reg& function : functions) {
    lua_pushcfunction(lua, function.func);
    AddGlobal(lua, function.name);
  }
}

}  // namespace

void OpenSandbox(lua_State* lua) {
  Open(lua, luaopen_base, "");
  Open(lua, luaopen_string, LUA_STRLIBNAME);
  Open(lua, luaopen_table, LUA_TABLIBNAME);
  Open(lua, luaopen_math, LUA_MATHLIBNAME);
  Open(lua, luaopen_os, LUA_OSLIBNAME);
  Open(lua, luaopen_bit, LUA_BITLIBNAME);
  OpenInteger(lua);
  OpenJson(lua);

  lua_newtable(lua);
  lua_setfield(lua, LUA_REGISTRYINDEX, kShared);
  lua_newtable(lua);
  lua_getfield(lua, LUA_REGISTRYINDEX, kShared);
  lua_setfield(lua, -2, "__index");
  SetField(lua, "__metatable", false);
  lua_setfield(lua, LUA_REGISTRYINDEX, kEnvironment);

  PublishBase(lua);
  Publish(lua, LUA_STRLIBNAME, ReplaceStringFunctions);
  Publish(lua, LUA_TABLIBNAME, ReplaceTableFunctions);
  Publish(lua, LUA_MATHLIBNAME);
  Publish(lua, LUA_BITLIBNAME);
  PublishOs(lua);
  PushCoroutineLibrary(lua);
  MakeReadOnly(lua);
  AddGlobal(lua, LUA_COLIBNAME);
  ProtectStrings(lua);
}

void AddGlobal(lua_State* lua, const char* name) {
  lua_getfield(lua, LUA_REGISTRYINDEX, kShared);
  lua_insert(lua, -2);
  lua_setfield(lua, -2, name);
  lua_pop(lua, 1);
}

void MakeReadOnly(lua_State* lua) {
  lua_newtable(lua);
  lua_newtable(lua);
  lua_pushvalue(lua, -3);
  lua_setfield(lua, -2, "__index");
  lua_pushcfunction(lua, Entry<RefuseWrite>);
  lua_setfield(lua, -2, "__newindex");
  SetField(lua, "__metatable", false);
  lua_setmetatable(lua, -2);
  lua_remove(lua, -2);
}

void CheckWritable(lua_State* lua, int index) {
  if (!lua_istable(lua, index) || lua_getmetatable(lua, index) == 0) return;
  lua_pushliteral(lua, "__newindex");
  lua_rawget(lua, -2);
  const bool is_view = lua_tocfunction(lua, -1) == &Entry<RefuseWrite>;
  lua_pop(lua, 2);
  if (is_view) throw ScriptError("this table is read-only");
}

void PushEnvironment(lua_State* lua) {
  lua_createtable(lua, 0, 4);
  lua_getfield(lua, LUA_REGISTRYINDEX, kEnvironment);
  lua_setmetatable(lua, -2);
  lua_pushvalue(lua, -1);
  lua_setfield(lua, -2, "_G");
  lua_createtable(lua, 0, 2);
  SetField(lua, "path", "?.lua");
  SetField(lua, "cpath", "");
  lua_setfield(lua, -2, "package");
}

void PushCallersEnvironment(lua_State* lua) {
  // Functions of C stand in between: pcall(require, "x").
  lua_Debug caller{};
  for (int level = 1; lua_getstack(lua, level, &caller) == 1; ++level) {
    lua_getinfo(lua, "f", &caller);
    if (lua_iscfunction(lua, -1) == 0) {
      lua_getfenv(lua, -1);
      lua_remove(lua, -2);
      return;
    }
    lua_pop(lua, 1);
  }
  PushEnvironment(lua);
}

void Load(lua_State* lua, std::string_view source, const std::string& name) {
  // A first line as of a program that the shell starts.
  std::string without;
  if (source.starts_with('#')) {
    without = "--" + std::string(source);
    source = without;
  }
  if (!LoadText(lua, source, ("=" + name).c_str())) {
    throw ScriptError(std::string(TextAt(lua, -1).value_or("not enough memory")));
  }
  lua_insert(lua, -2);
  lua_setfenv(lua, -2);
}

std::string_view PushText(lua_State* lua, int index) {
  if (lua_type(lua, index) == LUA_TSTRING) {
    lua_pushvalue(lua, index);
  } else {
    const State::Nested nested(State::Of(lua));
    lua_pushvalue(lua, index);
    lua_getfield(lua, LUA_REGISTRYINDEX, kTostring);
    lua_insert(lua, -2);
    lua_call(lua, 1, 1);
  }
  const auto text = TextAt(lua, -1);
  if (!text) throw ScriptError("'tostring' must return a string");
  return *text;
}

}  // namespace wiregauge::lua
