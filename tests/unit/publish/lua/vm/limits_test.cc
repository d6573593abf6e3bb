// SPDX-License-Identifier: Apache-2.0
// Scripts that mean harm, and scripts that merely go wrong: each ends, in time, with the reason.
#include "publish/lua/vm/limits.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "unit/publish/lua/script.h"

namespace wiregauge::lua {
namespace {

constexpr Limits kSmall{.wall_time = std::chrono::milliseconds(200),
                        .instructions = 2'000'000'000,
                        .memory_bytes = size_t{16} << 20,
                        .output_bytes = size_t{1} << 20};

struct Hostile {
  std::string name;
  std::string source;
};

class HostileScripts : public testing::TestWithParam<Hostile> {};

// A breach or an ordinary error, never more: no end without one, no crash. Ten times the time it
// may take is far from what a hang would take.
TEST_P(HostileScripts, End) {
  SandboxedScript script(kSmall);
  const auto start = std::chrono::steady_clock::now();
  const Outcome outcome = script.Run(GetParam().source);
  EXPECT_FALSE(outcome.ok());
  EXPECT_FALSE(outcome.message.empty());
  EXPECT_LE(script.state().used_bytes(), size_t{17} << 20);
  const auto taken = std::chrono::steady_clock::now() - start;
  EXPECT_LT(taken, std::chrono::seconds(20)) << outcome.message;
}

INSTANTIATE_TEST_SUITE_P(
    All, HostileScripts,
    testing::ValuesIn(std::vector<Hostile>{
        {"EndlessLoop", "while true do end"},
        {"EndlessLoopInPcall", "while true do pcall(function() while true do end end) end"},
        {"EndlessLoopInNestedPcall",
         "local function f() while true do end end for i = 1, 50 do local g = f; f = function() "
         "while true do pcall(g) end end end f()"},
        {"EndlessErrorHandler",
         "xpcall(function() error() end, function() while true do end end) while true do end"},
        {"EndlessRecursionInPcall",
         "local function f() return pcall(f) or f() end while true do f() end"},
        {"LoopWhereTheStackEnds",
         "local function deep(n) local a, b, c, d, e, f, g, h if n > 0 then return (deep(n - 1)) "
         "end "
         "while true do end end while true do for n = 4000, 8000, 7 do pcall(deep, n) end end"},
        {"EndlessRepeat", "repeat until false"},
        {"EndlessGoto", "::a:: goto a"},
        {"EndlessIterator", "for _ in function() return 1 end do end"},
        {"LongString", "local s = string.rep('x', 1e9)"},
        {"LongStringInPcall", "while true do pcall(string.rep, 'x', 1e9) end"},
        {"DoublingString", "local s = 'x' while true do s = s .. s end"},
        {"UpperInLoop", "local s = ('x'):rep(4e6) while true do local t = s:upper() end"},
        {"FormatInLoop", "local s = ('x'):rep(4e6) while true do local t = ('%s'):format(s) end"},
        {"ManyTables", "local t = {} while true do t[#t + 1] = {} end"},
        {"ManyTablesInPcall",
         "local t = {} while true do pcall(function() while true do t[#t + 1] = {} end end) end"},
        {"LargeTable", "local t = {} for i = 1, 1e9 do t[i] = i end"},
        {"CatastrophicPattern", "('a'):rep(100000):find('.-.-.-.-b')"},
        {"CatastrophicMatch", "('a'):rep(100000):match('.*.*.*.*b')"},
        {"CatastrophicGsub", "('a'):rep(100000):gsub('.-.-.-b', '')"},
        {"CatastrophicGmatch", "for _ in ('a'):rep(100000):gmatch('.-.-.-b') do end"},
        {"CatastrophicBalanced", "('('):rep(1e6):find('%b()')"},
        {"CatastrophicBackReference", "(('a'):rep(20000) .. 'b'):rep(20):find('(.*)%1%1%1c')"},
        {"CatastrophicPatternInPcall",
         "while true do pcall(string.find, ('a'):rep(100000), '.-.-.-.-b') end"},
        {"DeepPattern", "('a'):rep(1000):find(('a?'):rep(1000))"},
        {"GrowingGsub", "('x'):rep(1e6):gsub('x', ('y'):rep(1000))"},
        {"EndlessGsubCallback", "('x'):rep(10):gsub('x', function() while true do end end)"},
        {"DeepRecursion", "local function f() return 1 + f() end f()"},
        {"DeepRecursionInPcall", "local function f() pcall(f) f() end f()"},
        {"DeepGsub", "local function f() ('x'):gsub('x', f) end f()"},
        {"DeepSort", "local function f() table.sort({1, 2, 3}, f) end f()"},
        {"DeepTostring",
         "local t = setmetatable({}, {__tostring = function(t) return tostring(t) end}) "
         "tostring(t)"},
        {"DeepFormat",
         "local t = setmetatable({}, {__tostring = function(t) return ('%s'):format(t) end}) "
         "tostring(t)"},
        {"DeepIndex",
         "local t = {} for i = 1, 1e5 do t = setmetatable({}, {__index = t}) end local x = t.x"},
        {"DeepSource", "local f = assert(loadstring(('('):rep(1e5))) f()"},
        {"DeepLoad", "local function f() return load(f) end f()"},
        {"LongSource", "while true do loadstring(('local a = 1 '):rep(1e5)) end"},
        {"SlowLoad", "load(function() return 'x' end)"},
        {"CoroutineLoop", "while true do coroutine.wrap(function() coroutine.yield() end)() end"},
        {"CoroutinesInCoroutines",
         "local function f() return coroutine.wrap(f)() end while true do pcall(f) end"},
        {"CoroutineResumesInside",
         "local co = coroutine.wrap(function() while true do end end) while true do pcall(co) end"},
        {"EndlessLoopInCoroutineInPcall",
         "while true do pcall(coroutine.wrap(function() while true do end end)) end"},
        {"ManyCoroutines",
         "local t = {} while true do t[#t + 1] = coroutine.create(function() end) end"},
        {"FormatInCoroutines",
         "local depth = 0 local function f() depth = depth + 1 local t = setmetatable({}, "
         "{__tostring = function(t) if depth % 150 == 0 then return coroutine.wrap(f)() end depth "
         "= "
         "depth + 1 return ('%s'):format(t) end}) return tostring(t) end while true do pcall(f) "
         "end"},
        {"SortWithoutOrder",
         "local t = {} for i = 1, 2e5 do t[i] = i end table.sort(t, function() return true end) "
         "while true do end"},
        {"SortInLoop",
         "local t = {} for i = 1, 1e5 do t[i] = -i end while true do table.sort(t) end"},
        {"InsertAtFront", "local t = {} while true do table.insert(t, 1, 1) end"},
        {"RemoveAtFront",
         "local t = {} for i = 1, 5e5 do t[i] = i end while true do table.remove(t, 1) t[#t + 1] = "
         "1 "
         "end"},
        {"ConcatInLoop",
         "local t = {} for i = 1, 1e5 do t[i] = 'x' end while true do table.concat(t) end"},
        {"MaxnInLoop",
         "local t = {} for i = 1, 5e5 do t[i] = 1 end while true do table.maxn(t) end"},
        {"CompareInLoop",
         "local a, b = ('x'):rep(4e6) .. 'a', ('x'):rep(4e6) .. 'b' while true do local c = a < b "
         "end"},
        {"SortOfLongStrings",
         "local s = ('x'):rep(4e6) local t = {} for i = 1, 2000 do t[i] = s end while true do "
         "table.sort(t) end"},
        {"LongSet", "('a'):rep(5000):find('[' .. ('b'):rep(2e6) .. ']')"},
        {"LongTextInFind", "local s = ('x'):rep(4e6) while true do local t = ('a'):find(s) end"},
        {"LongTextAsNumber", "local s = (' '):rep(4e6) while true do local t = tonumber(s) end"},
        {"LoadOfCFunction", "load(os.date)"},
        {"LoadOfLongPieces", "local s = ('x'):rep(1e6) load(function() return s end)"},
        {"UnpackTooMuch", "return unpack({}, 1, 1e8)"},
        {"CharTooMuch",
         "local t = {} for i = 1, 1e6 do t[i] = 65 end return string.char(unpack(t))"},
        {"EndlessPrint", "while true do print(('x'):rep(1000)) end"},
        {"EndlessPrintInPcall", "while true do pcall(print, ('x'):rep(1000)) end"},
        {"ErrorObject", "error({})"},
        {"ErrorNil", "error(nil)"},
        {"ErrorObjectWithHostileTostring",
         "error(setmetatable({}, {__tostring = function() while true do end end}))"},
        {"ErrorObjectWithThrowingTostring",
         "error(setmetatable({}, {__tostring = function() error('again') end}))"},
        {"LongError", "error(('x'):rep(4e6))"},
        {"ErrorThatIsNoUtf8", "error('\\255\\254')"},
        {"SyntaxError", "if then"},
        {"Bytecode", "\027LJ\002"},
        {"BytecodeLoaded", "assert(load('\\027LJ\\002\\010'))"},
        {"HashCollisions",
         "local t = {} for i = 1, 1e9 do t[('k'):rep(50) .. i .. ('k'):rep(50)] = i end"},
    }),
    [](const auto& tested) { return tested.param.name; });

// What they break is told by name, and where.
TEST(Limits, AreToldApart) {
  SandboxedScript script(kSmall);
  const Outcome loop = script.Run("local x = 1\nwhile true do end");
  EXPECT_EQ(loop.kind, Outcome::Kind::kBreach);
  EXPECT_EQ(loop.breach, Breach::kTime);
  EXPECT_EQ(loop.message, "test.lua:2: ran longer than it may (wall_time)");

  EXPECT_EQ(script.Run("print(1)").message, loop.message);

  SandboxedScript of_memory(kSmall);
  EXPECT_EQ(of_memory.Run("local s = ('x'):rep(1e9)").breach, Breach::kMemory);
  SandboxedScript of_output(kSmall);
  EXPECT_EQ(of_output.Run("while true do print('xxxxxxxxxxxxxxxxxxxxxxxxx') end").breach,
            Breach::kOutput);
  Limits few = kSmall;
  few.instructions = 100'000;
  SandboxedScript of_instructions(few);
  EXPECT_EQ(of_instructions.Run("while true do end").breach, Breach::kInstructions);
}

// One in C does not run the hook: it is what it announces that counts.
TEST(Limits, HoldForWhatRunsInC) {
  for (const char* const source :
       {"load(os.date)", "('a'):rep(5000):find('[' .. ('b'):rep(2e6) .. ']')",
        "local s = ('x'):rep(2e6) local t = {} for i = 1, 1e4 do t[i] = s end table.sort(t)"}) {
    Limits few = kSmall;
    few.instructions = 400'000'000;
    SandboxedScript script(few);
    EXPECT_EQ(script.Run(source).kind, Outcome::Kind::kBreach) << source;
    EXPECT_LT(script.state().instructions(), 800'000'000u) << source;
  }
  SandboxedScript of_memory(kSmall);
  EXPECT_EQ(of_memory.Run("local s = ('x'):rep(1e6) load(function() return s end)").breach,
            Breach::kMemory);
}

// A script that catches the refusal has still broken the limit.
TEST(Limits, CannotBeCaught) {
  SandboxedScript script(kSmall);
  const Outcome outcome = script.Run("pcall(string.rep, 'x', 1e9) print('went on')");
  EXPECT_EQ(outcome.breach, Breach::kMemory);
}

TEST(Limits, AreOfOneCall) {
  SandboxedScript script(kSmall);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(script.Print("local s = ('x'):rep(4e6) print(#s)"), "4000000") << i;
  }
}

// Lua's errors pass through C++ by unwinding: what stands in between is destroyed.
TEST(Limits, ErrorsUnwindThroughCpp) {
  struct Witness {
    bool& destroyed;
    ~Witness() { destroyed = true; }
  };
  bool destroyed = false;
  SandboxedScript script;
  const Outcome outcome = script.state().Run({}, [&](lua_State* lua) {
    const Witness witness{destroyed};
    luaL_error(lua, "through");
  });
  EXPECT_EQ(outcome.message, "through");
  EXPECT_TRUE(destroyed);
}

}  // namespace
}  // namespace wiregauge::lua
