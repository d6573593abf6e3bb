// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/vm/table_library.h"

#include <algorithm>
#include <bit>
#include <lua.hpp>

#include "publish/lua/vm/sandbox.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

// About so many nanoseconds an element takes.
constexpr uint64_t kMove = 4, kCompare = 25, kJoin = 30;

uint64_t LengthOf(lua_State* lua) {
  TableArgument(lua, 1, "table");
  return lua_objlen(lua, 1);
}

// Upvalue 1 is the library's own function.
int CallOriginal(lua_State* lua) {
  const State::Nested nested(State::Of(lua));
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, LUA_MULTRET);
  return lua_gettop(lua);
}

int LargestKey(lua_State* lua) {
  State::Of(lua).Spend(LengthOf(lua) * kMove);
  return CallOriginal(lua);
}
int Move(lua_State* lua) {
  TableArgument(lua, 1, "table");
  const double elements = NumberArgument(lua, 3, "e") - NumberArgument(lua, 2, "f");
  State::Of(lua).Spend(static_cast<uint64_t>(std::clamp(elements, 0.0, 1e12)) * kMove);
  CheckWritable(lua, lua_isnoneornil(lua, 5) ? 1 : 5);
  return CallOriginal(lua);
}

// At the end nothing moves.
int Insert(lua_State* lua) {
  const uint64_t length = LengthOf(lua);
  CheckWritable(lua, 1);
  if (lua_gettop(lua) > 2) State::Of(lua).Spend(length * kMove);
  return CallOriginal(lua);
}
int Remove(lua_State* lua) {
  const uint64_t length = LengthOf(lua);
  if (lua_gettop(lua) > 1) State::Of(lua).Spend(length * kMove);
  return CallOriginal(lua);
}

// a < b. What two strings have in common is walked through; and some orders take the library's sort
// a time that is quadratic in their length.
int IsLess(lua_State* lua) {
  constexpr uint64_t kSpendPerCompare = 20, kBytesPerSpent = 4;
  const size_t shared = lua_type(lua, 1) == LUA_TSTRING && lua_type(lua, 2) == LUA_TSTRING
                            ? std::min(lua_objlen(lua, 1), lua_objlen(lua, 2))
                            : 0;
  State::Of(lua).Spend(kSpendPerCompare + shared / kBytesPerSpent);
  Push(lua, lua_lessthan(lua, 1, 2) != 0);
  return 1;
}

int Sort(lua_State* lua) {
  const uint64_t length = LengthOf(lua);
  CheckWritable(lua, 1);
  if (lua_isnoneornil(lua, 2)) {
    lua_settop(lua, 1);
    lua_pushcfunction(lua, Entry<IsLess>);
  } else {
    State::Of(lua).Spend(length * static_cast<uint64_t>(std::bit_width(length)) * kCompare);
  }
  return CallOriginal(lua);
}

int Join(lua_State* lua) {
  State::Of(lua).Spend(LengthOf(lua) * kJoin);
  return CallOriginal(lua);
}

}  // namespace

void ReplaceTableFunctions(lua_State* lua) {
  struct Replacement {
    const char* name;
    lua_CFunction function;
  };
  constexpr Replacement kReplacements[] = {
      {"insert", Entry<Insert>}, {"remove", Entry<Remove>},   {"sort", Entry<Sort>},
      {"concat", Entry<Join>},   {"maxn", Entry<LargestKey>}, {"move", Entry<Move>},
  };
  for (const auto& [name, function] : kReplacements) {
    lua_getfield(lua, -1, name);
    if (lua_isnil(lua, -1)) {
      lua_pop(lua, 1);
      continue;
    }
    lua_pushcclosure(lua, function, 1);
    lua_setfield(lua, -2, name);
  }
}

}  // namespace wiregauge::lua
