// SPDX-License-Identifier: Apache-2.0
// Against LuaJIT's own functions, which the sandbox replaces.
#include "publish/lua/vm/pattern.h"

#include <gtest/gtest.h>

#include <lua.hpp>
#include <memory>
#include <random>
#include <string>

#include "unit/publish/lua/script.h"

namespace wiregauge::lua {
namespace {

// What a call gives, in LuaJIT as it comes.
class Original {
 public:
  Original() : lua_(luaL_newstate(), lua_close) { luaL_openlibs(lua_.get()); }

  // The text that the expression `source` gives, or "error".
  std::string Evaluate(const std::string& source) {
    lua_settop(lua_.get(), 0);
    if (luaL_dostring(lua_.get(), ("return " + source).c_str()) != 0) return "error";
    size_t size = 0;
    const char* const text = lua_tolstring(lua_.get(), 1, &size);
    return {text, size};
  }

 private:
  std::unique_ptr<lua_State, void (*)(lua_State*)> lua_;
};

// All values that a call gives, as one text.
std::string Joined(const std::string& call) {
  return "(function(...) local t = {} for i = 1, select('#', ...) do t[i] = "
         "tostring(select(i, ...)) end return table.concat(t, '|') end)(" +
         call + ")";
}

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

class Patterns : public testing::Test {
 protected:
  void Compare(const std::string& call) {
    const std::string expected = original_.Evaluate(Joined(call));
    const std::string got = script_.Print("print(" + Joined(call) + ")");
    EXPECT_EQ(got.starts_with("error:") ? "error" : got, expected) << call;
  }

 private:
  Original original_;
  SandboxedScript script_;
};

TEST_F(Patterns, AsTheManualHasThem) {
  for (const char* const call : {
           "('hello world'):find('o w')",
           "('hello world'):find('l+')",
           "('hello'):find('')",
           "('hello'):find('', 10)",
           "('hello'):find('', 6)",
           "('hello'):find('l', -2)",
           "('a.b'):find('.', 1, true)",
           "('a+b'):find('+', 1, true)",
           "('key = value'):match('^(%w+)%s*=%s*(%w+)$')",
           "('  trim  '):match('^%s*(.-)%s*$')",
           "('THE (quick) fox'):find('%((%a+)%)')",
           "('THE (quick) fox'):match('%b()')",
           "('THE (quick) fox'):gsub('%f[%a]%a+', '<%0>')",
           "('abc'):gsub('%w', '%0%0')",
           "('abc'):gsub('', '-')",
           "('hello world'):gsub('o', 'x', 1)",
           "('hello world'):gsub('(%w+) (%w+)', '%2 %1')",
           "('$name is $x'):gsub('%$(%w+)', {name = 'lua'})",
           "('abc'):gsub('%w', function(c) if c == 'b' then return 'X' end end)",
           "('abc'):gsub('()', '%1')",
           "('hello'):match('()ll()')",
           "('x=1, y=2'):gsub('(%w+)=(%w+)', '%2=%1')",
           "('[[x]]'):find('[]]')",
           "('a-b'):match('[a%-]+')",
           "('a]b'):match('[^]]+')",
           "('\\0a\\0'):find('%z', 2)",
           "('aaa'):match('a-')",
           "('aaa'):match('^a-$')",
           "('\"x\" \"y\"'):match('([\"\\'])(.-)%1')",
           "('abc'):find('b', 1e9)",
           "('abc'):find('[a')",
           "('abc'):find('%')",
           "('abc'):find('(a')",
           "('abc'):find('a)')",
           "('abc'):find('%1')",
           "('abc'):match('%f')",
           "('abc'):find('%b')",
           "('abc'):gsub('a', true)",
       }) {
    Compare(call);
  }
}

TEST_F(Patterns, GmatchGoesOnWhereItStopped) {
  SandboxedScript script;
  EXPECT_EQ(script.Print("for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do print(k, v, ';') end"),
            "a\t1\t;b\t2\t;");
  EXPECT_EQ(script.Print("for p in ('abc'):gmatch('()') do print(p) end"), "1234");
}

// Made of the pieces that patterns are made of.
TEST_F(Patterns, AgreeOnRandomOnes) {
  std::mt19937 random(20261127);
  const auto one_of = [&](auto& list) -> std::string { return list[random() % std::size(list)]; };
  constexpr const char* kPieces[] = {"a",    "b",      ".",   "%a", "%d",   "[ab]",
                                     "[^a]", "%b()",   "(a)", "()", "(.-)", "%f[a]",
                                     "%1",   "[a-b1]", "(",   ")",  "x",    "%S"};
  constexpr const char* kSuffixes[] = {"", "", "*", "+", "-", "?"};
  constexpr const char* kLetters[] = {"a", "b", "1", "(", ")", " ", "ab"};
  for (int i = 0; i < 5000; ++i) {
    std::string pattern = random() % 5 == 0 ? "^" : "", subject;
    for (size_t n = random() % 4 + 1; n > 0; --n) pattern += one_of(kPieces) + one_of(kSuffixes);
    if (random() % 5 == 0) pattern += "$";
    for (size_t n = random() % 8; n > 0; --n) subject += one_of(kLetters);
    const std::string arguments = "(" + Quoted(subject) + ", " + Quoted(pattern);
    Compare("string.find" + arguments + ")");
    Compare("string.match" + arguments + ")");
    Compare("string.gsub" + arguments + ", '<%0>')");
  }
}

}  // namespace
}  // namespace wiregauge::lua
