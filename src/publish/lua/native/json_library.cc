// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/native/json_library.h"

#include <lua.hpp>
#include <string>

#include "publish/lua/vm/held_bytes.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

int Encode(lua_State* lua) {
  luaL_checkany(lua, 1);
  std::string text;
  WriteJson(lua, 1, text);
  const HeldBytes held(State::Of(lua), text.size());
  Push(lua, text);
  return 1;
}

int Decode(lua_State* lua) {
  PushJson(lua, TextArgument(lua, 1, "text"), Nulls::kKept);
  return 1;
}

void CheckMayMark(lua_State* lua) {
  TableArgument(lua, 1, "t");
  lua_settop(lua, 1);
  if (!MayMark(lua, 1)) throw ScriptError("t: its metatable is protected");
}

int Array(lua_State* lua) {
  CheckMayMark(lua);
  MarkArray(lua);
  return 1;
}

int Object(lua_State* lua) {
  CheckMayMark(lua);
  MarkObject(lua);
  return 1;
}

Library Make() {
  const Parameter same{"t", "table", "the same one"};
  return {
      "wiregauge.json",
      "JSON and back. Whole numbers are exact, also beyond 2^53: those are objects that compare, "
      "add and subtract exactly.",
      {{"encode",
        "The JSON of a value. An empty table is [], unless it was marked by object.",
        {{"value", "any", ""}},
        {{"text", "string", ""}},
        Entry<Encode>},
       {"decode",
        "The value of a JSON text; null is wiregauge.json.null, so that nothing is lost.",
        {{"text", "string", ""}},
        {{"value", "any", ""}},
        Entry<Decode>},
       {"array",
        "Marks a table: an array, also while it is empty. Takes the place of its metatable.",
        {{"t", "table", ""}},
        {same},
        Entry<Array>},
       {"object",
        "Marks a table: an object, whatever its keys. Takes the place of its metatable.",
        {{"t", "table", ""}},
        {same},
        Entry<Object>}},
      {{"null", "userdata", "JSON's null: a member that is there without a value", PushNull}},
      {}};
}

}  // namespace

const Library& JsonLibrary() {
  static const Library library = Make();
  return library;
}

}  // namespace wiregauge::lua
