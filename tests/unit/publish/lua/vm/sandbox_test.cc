// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/vm/sandbox.h"

#include <gtest/gtest.h>

#include "unit/publish/lua/script.h"

namespace wiregauge::lua {
namespace {

TEST(Sandbox, HasNoWayOut) {
  SandboxedScript script;
  for (const char* const name : {"io",
                                 "debug",
                                 "ffi",
                                 "jit",
                                 "dofile",
                                 "loadfile",
                                 "module",
                                 "newproxy",
                                 "getfenv",
                                 "setfenv",
                                 "os.execute",
                                 "os.remove",
                                 "os.exit",
                                 "os.getenv",
                                 "os.tmpname",
                                 "os.rename",
                                 "string.dump",
                                 "package.loadlib",
                                 "package.loaded",
                                 "package.preload"}) {
    EXPECT_EQ(script.Print("print(type(" + std::string(name) + "))"), "nil") << name;
  }
}

TEST(Sandbox, HasLuaItself) {
  SandboxedScript script;
  EXPECT_EQ(script.Print("print(('%d %s'):format(3, 'x'), #'abc', math.floor(2.5))"), "3 x\t3\t2");
  EXPECT_EQ(script.Print("local t = {3, 1, 2} table.sort(t) print(table.concat(t, ','))"), "1,2,3");
  EXPECT_EQ(script.Print("local t = {1, 2} table.insert(t, 1, 0) table.remove(t) "
                         "print(table.concat(t, ','))"),
            "0,1");
  EXPECT_EQ(script.Print("print(bit.band(7, 2), os.date('!%Y', 0), type(os.time()))"),
            "2\t1970\tnumber");
  EXPECT_EQ(script.Print("print(select('#', pcall(error, 'x')))"), "2");
  EXPECT_EQ(script.Print("print(loadstring('return 1 + 1')())"), "2");
  EXPECT_EQ(script.Print("x = 5 print(loadstring('return x')())"), "5");
  EXPECT_EQ(script.Print("print(select(2, loadstring('if')) ~= nil)"), "true");
}

TEST(Sandbox, LibrariesAreReadOnly) {
  SandboxedScript script;
  for (const char* const change :
       {"string.rep = nil", "table.x = 1",
        "rawset(string, 'rep', nil) print(string.rep('x', 2)) "
        "error('as it was')",
        "getmetatable('').__index = nil", "setmetatable(math, {})", "math.pi = 3"}) {
    EXPECT_FALSE(script.Run(change).ok()) << change;
    EXPECT_EQ(script.Print("print(('x'):rep(2), math.floor(math.pi))"), "xx\t3") << change;
  }
}

TEST(Sandbox, NothingWritesPastTheMetatableOfALibrary) {
  SandboxedScript script;
  for (const char* const change : {"rawset(string, 'rep', 1)", "table.insert(math, 1)",
                                   "table.insert(math, 1, 1)", "table.sort(math)"}) {
    EXPECT_FALSE(script.Run(change).ok()) << change;
  }
  EXPECT_EQ(script.Print("print(next(string), next(math))"), "nil\tnil");
  EXPECT_EQ(script.Print("local t = setmetatable({}, {__newindex = error}) "
                         "print(rawset(t, 'a', 1) == t, t.a)"),
            "true\t1");
}

TEST(Sandbox, GlobalsAreOfOneScript) {
  SandboxedScript script;
  EXPECT_EQ(script.Print("leak = 1 print = nil string = nil _G.more = 2"), "");
  EXPECT_EQ(script.Print("print(leak, more, type(string))"), "nil\tnil\ttable");
}

TEST(Sandbox, PairsHonoursItsMetamethod) {
  SandboxedScript script;
  EXPECT_EQ(
      script.Print("local t = setmetatable({}, {__pairs = function() return next, {a = 1} end})"
                   "for k, v in pairs(t) do print(k, v) end"),
      "a\t1");
}

TEST(Sandbox, Coroutines) {
  SandboxedScript script;
  EXPECT_EQ(script.Print("local f = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) "
                         "return b * 2 end) print(f(1), f(10))"),
            "2\t20");
  EXPECT_EQ(script.Print("local co = coroutine.create(function() error('no') end) "
                         "print(coroutine.resume(co)) print(' ', coroutine.status(co))"),
            "false\ttest.lua:1: no \tdead");
  EXPECT_EQ(script.Print("print(pcall(coroutine.wrap(function() error({}) end)))").substr(0, 12),
            "false\ttable:");
  EXPECT_EQ(
      script.Print("local co co = coroutine.create(function() return coroutine.status(co) end)"
                   "print(coroutine.resume(co))"),
      "true\trunning");
}

TEST(Sandbox, ErrorsNameFileAndLine) {
  SandboxedScript script;
  EXPECT_EQ(script.Print("\n\nlocal x = nil + 1"),
            "error: test.lua:3: attempt to perform arithmetic on a nil value");
  EXPECT_EQ(script.Print("\nif"), "error: test.lua:2: unexpected symbol near '<eof>'");
  EXPECT_EQ(script.Print("\nstring.rep()").substr(0, 19), "error: test.lua:2: ");
  EXPECT_EQ(script.Print("('x'):find({})"),
            "error: test.lua:1: pattern (argument 2) is to be a string, not a table");
}

}  // namespace
}  // namespace wiregauge::lua
