// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/native/log_library.h"

#include <algorithm>
#include <lua.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "publish/lua/call.h"
#include "publish/lua/vm/sandbox.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

constexpr size_t kMostTextBytes = 2048, kMostNameBytes = 64, kMostFields = 16;
// A line is written and flushed while the script waits.
constexpr uint64_t kSpendPerLine = 20'000;

// Valid UTF-8 of one line, with what is too long cut off.
std::string Bounded(std::string_view text, size_t most) {
  const bool is_cut = text.size() > most;
  std::string bounded = ToValidUtf8(text.substr(0, most));
  std::ranges::replace_if(
      bounded, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return is_cut ? bounded + "..." : bounded;
}

using Pair = std::pair<std::string, std::string>;

// What the table at the index holds, by name.
std::vector<Pair> ReadFields(lua_State* lua, int index) {
  std::vector<Pair> fields;
  if (lua_isnoneornil(lua, index)) return fields;
  TableArgument(lua, index, "fields");
  for (lua_pushnil(lua); lua_next(lua, index) != 0; lua_pop(lua, 1)) {
    const auto name = TextAt(lua, -2);
    if (!name) throw ScriptError("fields: a field's name is to be a string");
    if (fields.size() == kMostFields) {
      throw ScriptError("fields: a line has at most " + std::to_string(kMostFields));
    }
    std::string key = Bounded(*name, kMostNameBytes);
    std::ranges::replace(key, ' ', '_');
    fields.emplace_back(std::move(key), Bounded(PushText(lua, -1), kMostTextBytes));
    lua_pop(lua, 1);
  }
  std::ranges::sort(fields);
  return fields;
}

template <log::Level kLevel>
int Write(lua_State* lua) {
  State::Of(lua).Spend(kSpendPerLine);
  lua_settop(lua, 2);
  const std::string text = Bounded(TextArgument(lua, 1, "text"), kMostTextBytes);
  const std::vector<Pair> own = ReadFields(lua, 2);
  std::vector<log::Field> fields = {{"script", Call::Of(lua).script}};
  for (const Pair& field : own) fields.push_back({field.first, field.second});
  log::Write(kLevel, "lua", text, fields);
  return 0;
}

Function FunctionOf(const char* name, lua_CFunction entry) {
  return {name,
          std::string("Writes a line of this level into the service's log, with the script's "
                      "name. At most 2048 bytes of a text."),
          {{"text", "string", ""}, {"fields", "table<string, any>?", "name=value behind the text"}},
          {},
          entry};
}

Library Make() {
  return {"wiregauge.log",
          "The service's log.",
          {FunctionOf("debug", Entry<Write<log::Level::kDebug>>),
           FunctionOf("info", Entry<Write<log::Level::kInfo>>),
           FunctionOf("warning", Entry<Write<log::Level::kWarning>>),
           FunctionOf("error", Entry<Write<log::Level::kError>>)},
          {},
          {}};
}

}  // namespace

const Library& LogLibrary() {
  static const Library library = Make();
  return library;
}

}  // namespace wiregauge::lua
