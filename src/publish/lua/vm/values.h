// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <exception>
#include <lua.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "publish/lua/vm/error.h"

// C++ values on a Lua stack and back. Everything here runs inside State::Run; what a script got
// wrong is a ScriptError that names the argument.
namespace wiregauge::lua {

// A C++ function as Lua calls it: exceptions become Lua errors with the caller's file and line.
// Lua's own errors pass through by unwinding.
int RaiseAt(lua_State* lua, const std::exception& exception);
template <int (*kFunction)(lua_State*)>
int Entry(lua_State* lua) {
  try {
    return kFunction(lua);
  } catch (const std::exception& exception) {
    return RaiseAt(lua, exception);
  }
}

void Push(lua_State* lua, std::string_view text);
inline void Push(lua_State* lua, const std::string& text) { Push(lua, std::string_view(text)); }
inline void Push(lua_State* lua, const char* text) { Push(lua, std::string_view(text)); }
inline void Push(lua_State* lua, std::same_as<bool> auto truth) { lua_pushboolean(lua, truth); }
inline void Push(lua_State* lua, double number) { lua_pushnumber(lua, number); }
// Exact: beyond 2^53 it is an integer object (integer.h).
void Push(lua_State* lua, int64_t number);
void Push(lua_State* lua, uint64_t number);
template <std::integral T>
requires(!std::same_as<T, bool>) void Push(lua_State* lua, T number) {
  if constexpr (std::is_signed_v<T>) {
    Push(lua, static_cast<int64_t>(number));
  } else {
    Push(lua, static_cast<uint64_t>(number));
  }
}
template <typename T>
void Push(lua_State* lua, const std::optional<T>& value) {
  if (value.has_value()) {
    Push(lua, *value);
  } else {
    lua_pushnil(lua);
  }
}

// table[name] = value, of the table on top.
template <typename T>
void SetField(lua_State* lua, std::string_view name, const T& value) {
  Push(lua, name);
  Push(lua, value);
  lua_rawset(lua, -3);
}

// Arguments of a function, counted from 1; `name` is what the manual calls it. A number is taken
// where a text is wanted, as Lua does.
std::string_view TextArgument(lua_State* lua, int index, const char* name);
std::optional<std::string_view> OptionalText(lua_State* lua, int index, const char* name);
double NumberArgument(lua_State* lua, int index, const char* name);
std::optional<double> OptionalNumber(lua_State* lua, int index, const char* name);
// A whole number in the range.
int64_t IntegerArgument(lua_State* lua, int index, const char* name, int64_t least, int64_t most);
std::optional<int64_t> OptionalInteger(lua_State* lua, int index, const char* name, int64_t least,
                                       int64_t most);
std::optional<bool> OptionalBoolean(lua_State* lua, int index, const char* name);
// Throws unless there is a table.
void TableArgument(lua_State* lua, int index, const char* name);

// The text on the stack as it is, without a copy; nothing unless it is a string.
std::optional<std::string_view> TextAt(lua_State* lua, int index);

// What a value is called in an error: "a table", "nothing".
std::string Describe(lua_State* lua, int index);

}  // namespace wiregauge::lua
