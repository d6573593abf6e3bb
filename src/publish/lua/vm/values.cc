// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/vm/values.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "publish/lua/vm/integer.h"

namespace wiregauge::lua {
namespace {

constexpr auto kWholeExact = static_cast<int64_t>(kExact);

// As print writes it.
std::string NumberText(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.14g", number);
  return text.data();
}

[[noreturn]] void RefuseArgument(lua_State* lua, int index, const char* name,
                                 const std::string& expected) {
  throw ScriptError(std::string(name) + " (argument " + std::to_string(index) + ") is to be " +
                    expected + ", not " + Describe(lua, index));
}

}  // namespace

int RaiseAt(lua_State* lua, const std::exception& exception) {
  luaL_where(lua, 1);
  lua_pushstring(lua, exception.what());
  lua_concat(lua, 2);
  return lua_error(lua);
}

void Push(lua_State* lua, std::string_view text) { lua_pushlstring(lua, text.data(), text.size()); }

void Push(lua_State* lua, int64_t number) {
  if (number >= -kWholeExact && number <= kWholeExact) {
    lua_pushnumber(lua, static_cast<double>(number));
  } else {
    PushInteger(lua, Integer::Of(number));
  }
}

void Push(lua_State* lua, uint64_t number) {
  if (number <= static_cast<uint64_t>(kWholeExact)) {
    lua_pushnumber(lua, static_cast<double>(number));
  } else {
    PushInteger(lua, Integer::Of(number));
  }
}

std::optional<std::string_view> TextAt(lua_State* lua, int index) {
  if (lua_type(lua, index) != LUA_TSTRING) return std::nullopt;
  size_t size = 0;
  const char* const text = lua_tolstring(lua, index, &size);
  return std::string_view(text, size);
}

std::string_view TextArgument(lua_State* lua, int index, const char* name) {
  const int type = lua_type(lua, index);
  if (type != LUA_TSTRING && type != LUA_TNUMBER) RefuseArgument(lua, index, name, "a string");
  size_t size = 0;
  const char* const text = lua_tolstring(lua, index, &size);
  return {text, size};
}

std::optional<std::string_view> OptionalText(lua_State* lua, int index, const char* name) {
  if (lua_isnoneornil(lua, index)) return std::nullopt;
  return TextArgument(lua, index, name);
}

double NumberArgument(lua_State* lua, int index, const char* name) {
  if (lua_isnumber(lua, index) == 0) RefuseArgument(lua, index, name, "a number");
  return lua_tonumber(lua, index);
}

std::optional<double> OptionalNumber(lua_State* lua, int index, const char* name) {
  if (lua_isnoneornil(lua, index)) return std::nullopt;
  return NumberArgument(lua, index, name);
}

int64_t IntegerArgument(lua_State* lua, int index, const char* name, int64_t least, int64_t most) {
  const std::string expected =
      "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
  if (lua_isnumber(lua, index) == 0) RefuseArgument(lua, index, name, expected);
  const double number = lua_tonumber(lua, index);
  const bool good = number >= static_cast<double>(least) && number <= static_cast<double>(most) &&
                    number == std::floor(number);
  if (!good) RefuseArgument(lua, index, name, expected);
  return static_cast<int64_t>(number);
}

std::optional<int64_t> OptionalInteger(lua_State* lua, int index, const char* name, int64_t least,
                                       int64_t most) {
  if (lua_isnoneornil(lua, index)) return std::nullopt;
  return IntegerArgument(lua, index, name, least, most);
}

std::optional<bool> OptionalBoolean(lua_State* lua, int index, const char* name) {
  if (lua_isnoneornil(lua, index)) return std::nullopt;
  if (!lua_isboolean(lua, index)) RefuseArgument(lua, index, name, "true or false");
  return lua_toboolean(lua, index) != 0;
}

void TableArgument(lua_State* lua, int index, const char* name) {
  if (!lua_istable(lua, index)) RefuseArgument(lua, index, name, "a table");
}

std::string Describe(lua_State* lua, int index) {
  switch (lua_type(lua, index)) {
    case LUA_TNONE:
    case LUA_TNIL:
      return "nothing";
    case LUA_TBOOLEAN:
      return lua_toboolean(lua, index) != 0 ? "true" : "false";
    case LUA_TNUMBER:
      return NumberText(lua_tonumber(lua, index));
    case LUA_TSTRING: {
      constexpr size_t kMostShown = 40;
      const std::string_view text = *TextAt(lua, index);
      const bool cut = text.size() > kMostShown;
      return '"' + std::string(text.substr(0, kMostShown)) + (cut ? "..." : "") + '"';
    }
    default:
      return std::string("a ") + luaL_typename(lua, index);
  }
}

}  // namespace wiregauge::lua
