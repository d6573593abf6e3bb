// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/native/row_list.h"

#include <lua.hpp>
#include <string>

#include "base/text.h"
#include "publish/lua/call.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

// What the userdata begins with; the pointers follow.
struct RowList {
  const RowType& type;
  uint64_t call_id = 0;
  uint64_t total = 0;  // how many there are, beside those in the list
  size_t size = 0;
  std::optional<uint64_t> missed{};

  const void** records() { return reinterpret_cast<const void**>(this + 1); }
};

constexpr const char* kType = "wiregauge.list_type";

RowList& CheckLive(lua_State* lua, RowList& list) {
  if (list.call_id == Call::Of(lua).id) return list;
  throw ScriptError("this list belongs to an earlier call; every call asks for its own");
}

// Throws when it is no list, or one of another call.
RowList& ListArgument(lua_State* lua, int index) {
  const bool may_be = lua_type(lua, index) == LUA_TUSERDATA;
  if (!may_be || luaL_getmetafield(lua, index, kType) == 0) {
    throw ScriptError("a list of rows is expected, not " + Describe(lua, index) +
                      ": call its methods with a colon, list:each()");
  }
  lua_pop(lua, 1);
  return CheckLive(lua, *static_cast<RowList*>(lua_touserdata(lua, index)));
}

// Upvalues: the list, the rows' metatable, how many were given.
int Next(lua_State* lua) {
  auto& list = CheckLive(lua, *static_cast<RowList*>(lua_touserdata(lua, lua_upvalueindex(1))));
  const auto given = static_cast<size_t>(lua_tonumber(lua, lua_upvalueindex(3)));
  if (given == list.size) return 0;
  lua_pushnumber(lua, static_cast<double>(given + 1));
  lua_replace(lua, lua_upvalueindex(3));
  PushRow(lua, lua_upvalueindex(2), list.records()[given]);
  return 1;
}

int Each(lua_State* lua) {
  const RowList& list = ListArgument(lua, 1);
  lua_pushvalue(lua, 1);
  PushRowMetatable(lua, list.type);
  lua_pushnumber(lua, 0);
  lua_pushcclosure(lua, Entry<Next>, 3);
  return 1;
}

// (list, index) -> index + 1, row
int NextIndexed(lua_State* lua) {
  RowList& list = ListArgument(lua, 1);
  const double index = NumberArgument(lua, 2, "index");
  if (!(index >= 0 && index < static_cast<double>(list.size))) return 0;
  lua_pushnumber(lua, index + 1);
  PushRow(lua, list.type, list.records()[static_cast<size_t>(index)]);
  return 2;
}

int IndexedPairs(lua_State* lua) {
  ListArgument(lua, 1);
  lua_pushcfunction(lua, Entry<NextIndexed>);
  lua_pushvalue(lua, 1);
  lua_pushnumber(lua, 0);
  return 3;
}

int Length(lua_State* lua) {
  Push(lua, ListArgument(lua, 1).size);
  return 1;
}

int Index(lua_State* lua) {
  RowList& list = ListArgument(lua, 1);
  if (lua_type(lua, 2) == LUA_TNUMBER) {
    const double index = lua_tonumber(lua, 2);
    if (!(index >= 1 && index <= static_cast<double>(list.size))) return 0;
    PushRow(lua, list.type, list.records()[static_cast<size_t>(index) - 1]);
    return 1;
  }
  const auto name = TextAt(lua, 2);
  if (name == "total") {
    Push(lua, list.total);
  } else if (name == "missed" && list.missed) {
    Push(lua, *list.missed);
  } else if (name == "each") {
    lua_pushcfunction(lua, Entry<Each>);
  } else {
    throw ScriptError("a list of rows has no member " +
                      (name ? "\"" + ToValidUtf8(*name) + "\"" : "that is " + Describe(lua, 2)));
  }
  return 1;
}

void Write(lua_State* lua, int index, JsonText& text) {
  RowList& list = ListArgument(lua, index);
  Call& call = Call::Of(lua);
  json::Writer& writer = text.writer();
  writer.BeginArray();
  for (size_t i = 0; i < list.size; ++i) {
    State::Of(lua).Spend(kSpendPerRow);
    text.CountGrowth();
    list.type.write(writer, list.records()[i], call);
  }
  writer.EndArray();
}

void SetFunction(lua_State* lua, const char* name, lua_CFunction function) {
  lua_pushcfunction(lua, function);
  lua_setfield(lua, -2, name);
}

void PushMetatable(lua_State* lua) {
  if (luaL_newmetatable(lua, kType) == 0) return;
  SetField(lua, kType, true);
  SetFunction(lua, "__index", Entry<Index>);
  SetFunction(lua, "__len", Entry<Length>);
  SetFunction(lua, "__ipairs", Entry<IndexedPairs>);
  SetFunction(lua, "__pairs", Entry<IndexedPairs>);
  SetField(lua, "__metatable", false);
  SetJsonForm(lua, Write);
}

}  // namespace

const void** PushRowList(lua_State* lua, const RowType& type, size_t size, uint64_t total,
                         std::optional<uint64_t> missed) {
  PushMetatable(lua);
  void* const memory = lua_newuserdata(lua, sizeof(RowList) + size * sizeof(const void*));
  RowList& list = *new (memory) RowList{type, Call::Of(lua).id, total, size, missed};
  lua_insert(lua, -2);
  lua_setmetatable(lua, -2);
  return list.records();
}

}  // namespace wiregauge::lua
