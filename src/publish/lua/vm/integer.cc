// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/vm/integer.h"

#include <cmath>
#include <compare>
#include <lua.hpp>

#include "publish/lua/vm/error.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

constexpr const char* kMetatable = "wiregauge.integer";

// What stands in an operation with an Integer: another one, or a whole number that is exact.
std::optional<Integer> Exactly(lua_State* lua, int index) {
  if (const auto integer = IntegerAt(lua, index)) return integer;
  if (lua_type(lua, index) != LUA_TNUMBER) return std::nullopt;
  const double number = lua_tonumber(lua, index);
  if (!IsExact(number)) return std::nullopt;
  return Integer::Of(static_cast<int64_t>(number));
}

double Roughly(lua_State* lua, int index) {
  if (const auto integer = IntegerAt(lua, index)) return integer->ToNumber();
  if (lua_isnumber(lua, index) == 0) {
    throw ScriptError("arithmetic on " + Describe(lua, index));
  }
  return lua_tonumber(lua, index);
}

void PushShortest(lua_State* lua, Integer integer) {
  if (integer.magnitude > static_cast<uint64_t>(kExact)) return PushInteger(lua, integer);
  lua_pushnumber(lua, integer.ToNumber());
}

// Nothing when it has more than 64 bits.
std::optional<Integer> Sum(Integer a, Integer b) {
  if (a.negative == b.negative) {
    uint64_t sum = 0;
    if (__builtin_add_overflow(a.magnitude, b.magnitude, &sum)) return std::nullopt;
    return Integer{.negative = a.negative, .magnitude = sum};
  }
  if (a.magnitude >= b.magnitude) return Integer{a.negative, a.magnitude - b.magnitude};
  return Integer{b.negative, b.magnitude - a.magnitude};
}

int AddSigned(lua_State* lua, bool subtract) {
  auto a = Exactly(lua, 1), b = Exactly(lua, 2);
  if (a && b) {
    if (subtract) b->negative = !b->negative;
    if (const auto sum = Sum(*a, *b)) {
      PushShortest(lua, *sum);
      return 1;
    }
  }
  const double right = Roughly(lua, 2);
  lua_pushnumber(lua, Roughly(lua, 1) + (subtract ? -right : right));
  return 1;
}
int Add(lua_State* lua) { return AddSigned(lua, false); }
int Subtract(lua_State* lua) { return AddSigned(lua, true); }

template <double (*kOperation)(double, double)>
int Arithmetic(lua_State* lua) {
  lua_pushnumber(lua, kOperation(Roughly(lua, 1), Roughly(lua, 2)));
  return 1;
}
double Multiply(double a, double b) { return a * b; }
double Divide(double a, double b) { return a / b; }
double Modulo(double a, double b) { return a - std::floor(a / b) * b; }
double Power(double a, double b) { return std::pow(a, b); }

int Negate(lua_State* lua) {
  Integer integer = *IntegerAt(lua, 1);
  integer.negative = !integer.negative;
  PushShortest(lua, integer);
  return 1;
}

std::partial_ordering Compare(lua_State* lua) {
  const auto a = Exactly(lua, 1), b = Exactly(lua, 2);
  if (!a || !b) return Roughly(lua, 1) <=> Roughly(lua, 2);
  if (a->negative != b->negative) {
    return a->negative ? std::partial_ordering::less : std::partial_ordering::greater;
  }
  return a->negative ? b->magnitude <=> a->magnitude : a->magnitude <=> b->magnitude;
}
int IsEqual(lua_State* lua) {
  lua_pushboolean(lua, Compare(lua) == 0);
  return 1;
}
int IsLess(lua_State* lua) {
  lua_pushboolean(lua, Compare(lua) < 0);
  return 1;
}
int IsLessOrEqual(lua_State* lua) {
  lua_pushboolean(lua, Compare(lua) <= 0);
  return 1;
}

int ToText(lua_State* lua) {
  Push(lua, IntegerAt(lua, 1)->ToString());
  return 1;
}
int Concatenate(lua_State* lua) {
  std::string text;
  for (const int index : {1, 2}) {
    const auto integer = IntegerAt(lua, index);
    text += integer ? integer->ToString() : std::string(TextArgument(lua, index, "operand"));
  }
  Push(lua, text);
  return 1;
}

}  // namespace

bool IsExact(double number) { return number == std::floor(number) && std::fabs(number) <= kExact; }

Integer Integer::Of(int64_t number) {
  const auto bits = static_cast<uint64_t>(number);
  return {.negative = number < 0, .magnitude = number < 0 ? 0 - bits : bits};
}

double Integer::ToNumber() const {
  const auto number = static_cast<double>(magnitude);
  return negative ? -number : number;
}

std::string Integer::ToString() const { return (negative ? "-" : "") + std::to_string(magnitude); }

void PushInteger(lua_State* lua, Integer integer) {
  *static_cast<Integer*>(lua_newuserdata(lua, sizeof(Integer))) = integer;
  luaL_getmetatable(lua, kMetatable);
  lua_setmetatable(lua, -2);
}

std::optional<Integer> IntegerAt(lua_State* lua, int index) {
  if (lua_type(lua, index) != LUA_TUSERDATA || lua_getmetatable(lua, index) == 0) {
    return std::nullopt;
  }
  luaL_getmetatable(lua, kMetatable);
  const bool is_one = lua_rawequal(lua, -1, -2) != 0;
  lua_pop(lua, 2);
  if (!is_one) return std::nullopt;
  return *static_cast<const Integer*>(lua_touserdata(lua, index));
}

void OpenInteger(lua_State* lua) {
  constexpr luaL_Reg kMethods[] = {
      {"__add", Entry<Add>},
      {"__sub", Entry<Subtract>},
      {"__mul", Entry<Arithmetic<Multiply>>},
      {"__div", Entry<Arithmetic<Divide>>},
      {"__mod", Entry<Arithmetic<Modulo>>},
      {"__pow", Entry<Arithmetic<Power>>},
      {"__unm", Entry<Negate>},
      {"__eq", Entry<IsEqual>},
      {"__lt", Entry<IsLess>},
      {"__le", Entry<IsLessOrEqual>},
      {"__tostring", Entry<ToText>},
      {"__concat", Entry<Concatenate>},
      {nullptr, nullptr},
  };
  luaL_newmetatable(lua, kMetatable);
  luaL_register(lua, nullptr, kMethods);
  SetField(lua, "__metatable", false);
  lua_pop(lua, 1);
}

}  // namespace wiregauge::lua
