// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/vm/coroutine_library.h"

#include <lua.hpp>

#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

lua_State* CoroutineArgument(lua_State* lua) {
  lua_State* const coroutine = lua_tothread(lua, 1);
  if (coroutine == nullptr) {
    throw ScriptError("co (argument 1) is to be a coroutine, not " + Describe(lua, 1));
  }
  return coroutine;
}

const char* StatusOf(lua_State* lua, lua_State* coroutine) {
  if (lua == coroutine) return "running";
  const int status = lua_status(coroutine);
  if (status == LUA_YIELD) return "suspended";
  if (status != 0) return "dead";
  lua_Debug frame{};
  if (lua_getstack(coroutine, 0, &frame) > 0) return "normal";
  return lua_gettop(coroutine) == 0 ? "dead" : "suspended";
}

int Create(lua_State* lua) {
  if (!lua_isfunction(lua, 1)) {
    throw ScriptError("f (argument 1) is to be a function, not " + Describe(lua, 1));
  }
  lua_State* const coroutine = lua_newthread(lua);
  lua_pushvalue(lua, 1);
  lua_xmove(lua, coroutine, 1);
  return 1;
}

// The arguments are on top of `lua`; what the coroutine gives, or its error, is left there. The
// number of values; nothing: it is an error.
std::optional<int> ResumeWith(lua_State* lua, lua_State* coroutine, int arguments) {
  if (std::string_view(StatusOf(lua, coroutine)) != "suspended") {
    Push(lua, std::string("cannot resume ") + StatusOf(lua, coroutine) + " coroutine");
    return std::nullopt;
  }
  const State::Nested nested(State::Of(lua), State::Nested::Kind::kCoroutine);
  if (lua_checkstack(coroutine, arguments) == 0) throw ScriptError("too many arguments to resume");
  lua_xmove(lua, coroutine, arguments);
  const int status = lua_resume(coroutine, arguments);
  const bool failed = status != 0 && status != LUA_YIELD;
  constexpr uint64_t kSpendPerError = 2000;
  if (failed) State::Of(lua).Spend(kSpendPerError);
  const int results = failed ? 1 : lua_gettop(coroutine);
  if (lua_checkstack(lua, results + 1) == 0) throw ScriptError("too many results to resume");
  lua_xmove(coroutine, lua, results);
  return failed ? std::nullopt : std::optional(results);
}

int Resume(lua_State* lua) {
  lua_State* const coroutine = CoroutineArgument(lua);
  const auto results = ResumeWith(lua, coroutine, lua_gettop(lua) - 1);
  const int pushed = results.value_or(1);
  Push(lua, results.has_value());
  lua_insert(lua, -(pushed + 1));
  return pushed + 1;
}

// Upvalue 1: the coroutine.
int CallWrapped(lua_State* lua) {
  lua_State* const coroutine = lua_tothread(lua, lua_upvalueindex(1));
  if (const auto results = ResumeWith(lua, coroutine, lua_gettop(lua))) return *results;
  return lua_error(lua);
}
int Wrap(lua_State* lua) {
  Create(lua);
  lua_pushcclosure(lua, Entry<CallWrapped>, 1);
  return 1;
}

int Status(lua_State* lua) {
  Push(lua, StatusOf(lua, CoroutineArgument(lua)));
  return 1;
}

int Running(lua_State* lua) {
  if (lua_pushthread(lua) == 1) lua_pushnil(lua);
  return 1;
}

int Yield(lua_State* lua) { return lua_yield(lua, lua_gettop(lua)); }

}  // namespace

void PushCoroutineLibrary(lua_State* lua) {
  constexpr luaL_Reg kFunctions[] = {
      {"create", Entry<Create>}, {"resume", Entry<Resume>},   {"wrap", Entry<Wrap>},
      {"status", Entry<Status>}, {"running", Entry<Running>}, {"yield", Yield},
      {nullptr, nullptr},
  };
  lua_newtable(lua);
  luaL_register(lua, nullptr, kFunctions);
}

}  // namespace wiregauge::lua
