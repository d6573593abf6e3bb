// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

struct lua_State;

namespace wiregauge::lua {

// Up to here, and down to its negative, Lua's numbers hold every whole one.
inline constexpr double kExact = 9007199254740992.0;  // 2^53
// Whether the number is a whole one of these.
bool IsExact(double number);

// A whole number beyond 2^53, which Lua's numbers do not hold. To a script it is an object that
// compares, adds and subtracts exactly while the result has 64 bits, becomes an ordinary number in
// any other arithmetic, prints all its digits and stays exact in JSON.
struct Integer {
  bool negative = false;
  uint64_t magnitude = 0;

  static Integer Of(int64_t number);
  static Integer Of(uint64_t number) { return {.negative = false, .magnitude = number}; }
  double ToNumber() const;
  std::string ToString() const;
};

void PushInteger(lua_State* lua, Integer integer);
// Nothing when there is another value.
std::optional<Integer> IntegerAt(lua_State* lua, int index);

// Makes the metatable. Once a state.
void OpenInteger(lua_State* lua);

}  // namespace wiregauge::lua
