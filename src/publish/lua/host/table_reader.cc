// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/table_reader.h"

#include <utility>

#include "publish/lua/vm/values.h"

namespace wiregauge::lua {

TableReader::TableReader(lua_State* lua, int index, std::string what)
    : lua_(lua), index_(index > 0 ? index : lua_gettop(lua) + index + 1), what_(std::move(what)) {
  if (!lua_istable(lua_, index_)) {
    throw ScriptError(what_ + " is to be a table, not " + Describe(lua_, index_));
  }
}

void TableReader::Refuse(std::string_view name, const std::string& why) const {
  throw ScriptError(what_ + ": " + std::string(name) + " " + why);
}

// False: it is nil, which is taken off again.
bool TableReader::Push(const char* name) {
  read_.insert(name);
  lua_getfield(lua_, index_, name);
  if (!lua_isnil(lua_, -1)) return true;
  lua_pop(lua_, 1);
  return false;
}

std::optional<std::string> TableReader::Text(const char* name) {
  if (!Push(name)) return std::nullopt;
  const auto text = TextAt(lua_, -1);
  if (!text) Refuse(name, "is to be a string, not " + Describe(lua_, -1));
  std::string copy(*text);
  lua_pop(lua_, 1);
  return copy;
}

std::string TableReader::RequiredText(const char* name) {
  auto text = Text(name);
  if (!text || text->empty()) Refuse(name, "is missing");
  return *std::move(text);
}

std::optional<double> TableReader::Number(const char* name) {
  if (!Push(name)) return std::nullopt;
  if (lua_type(lua_, -1) != LUA_TNUMBER) {
    Refuse(name, "is to be a number, not " + Describe(lua_, -1));
  }
  const double number = lua_tonumber(lua_, -1);
  lua_pop(lua_, 1);
  return number;
}

std::optional<bool> TableReader::Boolean(const char* name) {
  if (!Push(name)) return std::nullopt;
  if (!lua_isboolean(lua_, -1)) {
    Refuse(name, "is to be true or false, not " + Describe(lua_, -1));
  }
  const bool truth = lua_toboolean(lua_, -1) != 0;
  lua_pop(lua_, 1);
  return truth;
}

bool TableReader::PushTable(const char* name) {
  if (!Push(name)) return false;
  if (!lua_istable(lua_, -1)) Refuse(name, "is to be a table, not " + Describe(lua_, -1));
  return true;
}

void TableReader::PushFunction(const char* name) {
  if (!Push(name)) Refuse(name, "is missing");
  if (!lua_isfunction(lua_, -1)) Refuse(name, "is to be a function, not " + Describe(lua_, -1));
}

void TableReader::PushAny(const char* name) {
  if (!Push(name)) lua_pushnil(lua_);
}

void TableReader::Finish() {
  for (lua_pushnil(lua_); lua_next(lua_, index_) != 0; lua_pop(lua_, 1)) {
    const auto name = TextAt(lua_, -2);
    if (!name) Refuse("[" + Describe(lua_, -2) + "]", "is no field of it");
    if (!read_.contains(*name)) Refuse(*name, "is no field of it");
  }
}

}  // namespace wiregauge::lua
