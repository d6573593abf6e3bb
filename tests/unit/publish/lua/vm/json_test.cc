// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/vm/json.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/publish/lua/script.h"

namespace wiregauge::lua {
namespace {

// The JSON of what the expression gives; with a schema, of its table. Or "error: ...".
std::string Encode(const std::string& expression, const std::string& schema = "nil") {
  SandboxedScript script;
  std::string body;
  const Outcome outcome = script.state().Run({}, [&](lua_State* lua) {
    PushEnvironment(lua);
    Load(lua, "return " + expression + ", " + schema, "test.lua");
    lua_call(lua, 0, 2);
    WriteJson(lua, -2, body, lua_istable(lua, -1) ? lua_gettop(lua) : 0);
  });
  return outcome.ok() ? body : "error: " + outcome.message;
}

// JSON that goes through Lua.
std::string Through(const std::string& text, Nulls nulls = Nulls::kKept) {
  SandboxedScript script;
  std::string body;
  const Outcome outcome = script.state().Run({}, [&](lua_State* lua) {
    PushJson(lua, text, nulls);
    WriteJson(lua, -1, body);
  });
  return outcome.ok() ? body : "error: " + outcome.message;
}

TEST(Json, Scalars) {
  EXPECT_EQ(Encode("nil"), "null");
  EXPECT_EQ(Encode("true"), "true");
  EXPECT_EQ(Encode("'a\"b'"), R"("a\"b")");
  EXPECT_EQ(Encode("'\\255'"), "\"\xef\xbf\xbd\"");
  EXPECT_EQ(Encode("1.5"), "1.5");
  EXPECT_EQ(Encode("-3"), "-3");
  EXPECT_EQ(Encode("0/0"), "null");
  EXPECT_EQ(Encode("1e300 * 1e300"), "null");
}

TEST(Json, IntegersAreExact) {
  EXPECT_EQ(Encode("2^53"), "9007199254740992");
  EXPECT_EQ(Encode("2^53 - 1"), "9007199254740991");
  EXPECT_EQ(Through("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(Through("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(Through("[9007199254740993]"), "[9007199254740993]");
}

TEST(Json, ArraysAndObjects) {
  EXPECT_EQ(Encode("{1, 2, 3}"), "[1,2,3]");
  EXPECT_EQ(Encode("{1, nil, 3}"), "[1,null,3]");
  EXPECT_EQ(Encode("{b = 1, a = 2}"), R"({"a":2,"b":1})");
  EXPECT_EQ(Encode("{1, 2, x = 3}"), R"({"1":1,"2":2,"x":3})");
  EXPECT_EQ(Encode("{[1000] = 1}"), R"({"1000":1})");
  EXPECT_EQ(Encode("{[0] = 1}"), R"({"0":1})");
  EXPECT_EQ(Encode("{[1.5] = 1}"), R"({"1.5":1})");
  EXPECT_EQ(Encode("{{}, {{}}}"), "[[],[[]]]");
}

TEST(Json, EmptyOnesAreWhatTheSchemaSays) {
  EXPECT_EQ(Encode("{}"), "[]");
  EXPECT_EQ(Encode("{}", "{type = 'object'}"), "{}");
  EXPECT_EQ(Encode("{a = {}, b = {}}",
                   "{type = 'object', properties = {a = {type = 'object'}, b = {type = 'array'}}}"),
            R"({"a":{},"b":[]})");
  EXPECT_EQ(Encode("{{}, {}}", "{type = 'array', items = {type = 'object'}}"), "[{},{}]");
}

TEST(Json, StaysAsItWasRead) {
  for (const char* const text :
       {R"({"a":[],"b":{},"c":[{}],"d":null,"e":[null,1],"f":"\u00e9","g":1.25})", "[]", "{}",
        "null", R"([[],{}])"}) {
    EXPECT_EQ(Through(text),
              text == std::string(
                          R"({"a":[],"b":{},"c":[{}],"d":null,"e":[null,1],"f":"\u00e9","g":1.25})")
                  ? R"({"a":[],"b":{},"c":[{}],"d":null,"e":[null,1],"f":"é","g":1.25})"
                  : text);
  }
  EXPECT_EQ(Through(R"({"a":null,"b":[null,2]})", Nulls::kNil), R"({"b":[null,2]})");
}

TEST(Json, WhatHasNoJsonIsRefusedWithItsPlace) {
  EXPECT_EQ(Encode("{items = {1, {owner = print}}}"),
            "error: no JSON can be made of .items[2].owner: it is a function");
  EXPECT_EQ(Encode("(function() local t = {} t.t = t return t end)()").substr(0, 40),
            "error: no JSON can be made of .t.t.t.t.t");
  EXPECT_EQ(Encode("{[true] = 1}"),
            "error: no JSON can be made of the value: it has a key that is a boolean");
  EXPECT_EQ(Through("{"), "error: it is not valid JSON");
  EXPECT_EQ(Through("[1, 2,]"), "error: it is not valid JSON");
}

// Not only Lua's own memory is the script's.
TEST(Json, TextsCountAsMemory) {
  constexpr Limits kSmall{.memory_bytes = size_t{8} << 20};
  for (const char* const value :
       {"local s, t = ('x'):rep(1e6), {} for i = 1, 100 do t[i] = s end return t",
        "local s, t = ('\\1'):rep(2e6), 1 return s",
        "local s, t = ('x'):rep(2e6), 1 for i = 1, 15 do t = {[s] = t} end return t"}) {
    SandboxedScript script(kSmall);
    std::string text;
    const Outcome outcome = script.state().Run(kSmall, [&](lua_State* lua) {
      PushEnvironment(lua);
      Load(lua, value, "test.lua");
      lua_call(lua, 0, 1);
      WriteJson(lua, -1, text);
    });
    EXPECT_EQ(outcome.breach, Breach::kMemory) << value;
    EXPECT_LT(text.capacity(), size_t{20} << 20) << value;
  }
}

TEST(Json, TheIntegerObject) {
  SandboxedScript script;
  std::string printed;
  const Outcome outcome = script.state().Run({}, [&](lua_State* lua) {
    PushEnvironment(lua);
    PushJson(lua, "[18446744073709551615, 9007199254740993]", Nulls::kKept);
    lua_setfield(lua, -2, "big");
    Load(lua,
         "local a, b = big[1], big[2] print(tostring(a), b + 0 == b, b - 1 == 2^53, a > b, "
         "b - b, -b < a, a .. '', b * 2 > 1e16, a == big[1])",
         "test.lua");
    lua_call(lua, 0, 0);
  });
  EXPECT_EQ(outcome.message, "");
  EXPECT_EQ(script.state().TakeOutput(),
            "18446744073709551615\ttrue\ttrue\ttrue\t0\ttrue\t18446744073709551615\ttrue\ttrue");
}

}  // namespace
}  // namespace wiregauge::lua
