// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/script_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/publish/lua/host/services.h"

namespace wiregauge::lua {
namespace {

using testing::HasSubstr;

std::string Route(const std::string& path, const std::string& answer) {
  return "wiregauge.route { path = \"" + path +
         "\", summary = \"s\", handler = function() return " + answer + " end }\n";
}

class ScriptLoaders : public testing::Test {
 protected:
  const Script& Find(const std::string& name) {
    const Script* const script = set_->Find(name);
    EXPECT_NE(script, nullptr) << name;
    static const Script kNone;
    return script != nullptr ? *script : kNone;
  }
  // Whether there is a new set.
  bool Refresh() {
    auto set = loader_.Refresh();
    if (set == nullptr) return false;
    set_ = std::move(set);
    return true;
  }

  ScriptFolder folder_, other_;
  EmptyService service_;
  ScriptLoader loader_{{folder_.path(), other_.path()}, service_.services, Limits()};
  std::shared_ptr<const ScriptSet> set_;
};

TEST_F(ScriptLoaders, FindWhatStandsInTheFolders) {
  folder_.Write("scripts/top.lua", "print(1)");
  folder_.Write("scripts/deep/er/x.lua", "print(1)");
  folder_.Write("routes/a.lua", Route("/a", "1"));
  folder_.Write("callbacks/5minute.lua", "print(1)");
  folder_.Write("modules/m.lua", "return {}");
  folder_.Write("scripts/.hidden.lua", "if");
  folder_.Write("scripts/notes.txt", "if");
  folder_.Write("elsewhere/x.lua", "if");
  ASSERT_TRUE(Refresh());
  ASSERT_EQ(set_->scripts.size(), 5u);
  EXPECT_EQ(Find("scripts/deep/er/x.lua").file->kind, ScriptKind::kPage);
  EXPECT_EQ(Find("callbacks/5minute.lua").file->period, Period::kFiveMinutes);
  EXPECT_EQ(Find("routes/a.lua").routes.at(0).key, "GET /lua/a");
  for (const Script& script : set_->scripts) EXPECT_TRUE(script.is_good) << script.problem;
  EXPECT_TRUE(set_->problems.empty());
  EXPECT_FALSE(Refresh());
}

TEST_F(ScriptLoaders, TellWhatCannotBeUsed) {
  folder_.Write("callbacks/weekly.lua", "");
  folder_.Write("scripts/with blank.lua", "");
  ASSERT_TRUE(Refresh());
  EXPECT_TRUE(set_->scripts.empty());
  ASSERT_EQ(set_->problems.size(), 2u);
  EXPECT_THAT(set_->problems[0], HasSubstr("its name has other characters"));
  EXPECT_THAT(set_->problems[1], HasSubstr("callbacks are second.lua, minute.lua"));
}

TEST_F(ScriptLoaders, EarlierFoldersHideLaterOnesButCallbacksAllRun) {
  for (const char* const name : {"scripts/x.lua", "modules/m.lua", "callbacks/minute.lua"}) {
    folder_.Write(name, "return 1");
    other_.Write(name, "return 2");
  }
  ASSERT_TRUE(Refresh());
  EXPECT_EQ(Find("scripts/x.lua").file->text, "return 1");
  EXPECT_EQ(Find("modules/m.lua").file->text, "return 1");
  EXPECT_EQ(Find("callbacks/minute.lua").file->text, "return 1");
  EXPECT_EQ(Find("2/callbacks/minute.lua").file->text, "return 2");
}

TEST_F(ScriptLoaders, ABrokenVersionKeepsTheLastGoodOne) {
  folder_.Write("routes/a.lua", Route("/a", "1"));
  ASSERT_TRUE(Refresh());
  const Timestamp loaded_at = Find("routes/a.lua").loaded_at;
  service_.clock.now += std::chrono::seconds(5);

  folder_.Write("routes/a.lua", "if");
  ASSERT_TRUE(Refresh());
  const Script& kept = Find("routes/a.lua");
  EXPECT_TRUE(kept.is_good);
  EXPECT_EQ(kept.problem, "routes/a.lua:1: unexpected symbol near '<eof>'");
  EXPECT_EQ(kept.routes.at(0).key, "GET /lua/a");
  EXPECT_EQ(kept.loaded_at, loaded_at);
  EXPECT_FALSE(Refresh());

  folder_.Write("routes/a.lua", Route("/b", "1"));
  ASSERT_TRUE(Refresh());
  EXPECT_EQ(Find("routes/a.lua").problem, "");
  EXPECT_EQ(Find("routes/a.lua").routes.at(0).key, "GET /lua/b");
  EXPECT_EQ(Find("routes/a.lua").loaded_at, service_.clock.now);

  folder_.Remove("routes/a.lua");
  ASSERT_TRUE(Refresh());
  EXPECT_TRUE(set_->scripts.empty());
}

TEST_F(ScriptLoaders, OneThatNeverWasGoodIsTold) {
  folder_.Write("scripts/x.lua", "x = = 1");
  ASSERT_TRUE(Refresh());
  EXPECT_FALSE(Find("scripts/x.lua").is_good);
  EXPECT_THAT(Find("scripts/x.lua").problem, HasSubstr("scripts/x.lua:1:"));
}

TEST_F(ScriptLoaders, ABrokenModuleTakesNoRouteAlong) {
  folder_.Write("modules/m.lua", "return {path = '/a'}");
  folder_.Write("routes/a.lua",
                "local m = require('m')\n"
                "wiregauge.route { path = m.path, summary = 's', handler = print }");
  ASSERT_TRUE(Refresh());
  ASSERT_TRUE(Find("routes/a.lua").is_good) << Find("routes/a.lua").problem;

  folder_.Write("modules/m.lua", "return {}");
  ASSERT_TRUE(Refresh());
  EXPECT_TRUE(Find("routes/a.lua").is_good);
  EXPECT_EQ(Find("routes/a.lua").problem, "");
  EXPECT_EQ(Find("modules/m.lua").file->text, "return {path = '/a'}");
  EXPECT_THAT(Find("modules/m.lua").problem,
              HasSubstr("with it a script does not load that did: routes/a.lua"));
}

TEST_F(ScriptLoaders, WhatIsTakenIsTakenOnce) {
  folder_.Write("routes/a.lua", Route("/same/{x}", "1"));
  folder_.Write("routes/b.lua", Route("/same/{y}", "1"));
  ASSERT_TRUE(Refresh());
  EXPECT_TRUE(Find("routes/a.lua").is_good);
  EXPECT_FALSE(Find("routes/b.lua").is_good);
}

// Loading runs a routes file: it is bounded, and others load all the same.
TEST_F(ScriptLoaders, OneThatDoesNotEndEnds) {
  folder_.Write("routes/a.lua", "while true do end");
  folder_.Write("routes/b.lua", Route("/b", "1"));
  Limits limits;
  limits.wall_time = std::chrono::milliseconds(50);
  ScriptLoader loader({folder_.path()}, service_.services, limits);
  set_ = loader.Refresh();
  EXPECT_FALSE(Find("routes/a.lua").is_good);
  EXPECT_THAT(Find("routes/a.lua").problem, HasSubstr("ran longer than it may"));
  EXPECT_TRUE(Find("routes/b.lua").is_good) << Find("routes/b.lua").problem;
}

TEST_F(ScriptLoaders, OneThatDoesNotEndTakesNoOtherAlong) {
  Limits limits;
  limits.instructions = 1'000'000;
  ScriptLoader loader({folder_.path()}, service_.services, limits);
  folder_.Write("modules/m.lua", "return {n = 1}");
  folder_.Write("routes/a.lua", "while true do end");
  folder_.Write("routes/b.lua", "local m = require 'm' " + Route("/b", "m.n"));
  set_ = loader.Refresh();
  ASSERT_NE(set_, nullptr);
  EXPECT_FALSE(Find("routes/a.lua").is_good);
  EXPECT_TRUE(Find("routes/b.lua").is_good) << Find("routes/b.lua").problem;
}

TEST_F(ScriptLoaders, NothingIsTakenWhileTheServiceStops) {
  folder_.Write("routes/a.lua", Route("/a", "1"));
  ASSERT_TRUE(Refresh());
  service_.services.stopping = true;
  folder_.Write("routes/a.lua", Route("/a", "22"));
  EXPECT_FALSE(Refresh());
  EXPECT_TRUE(Find("routes/a.lua").is_good);
}

TEST_F(ScriptLoaders, AMissingFolderIsTold) {
  ScriptLoader loader({folder_.path() + "/nothing"}, service_.services, Limits());
  set_ = loader.Refresh();
  ASSERT_EQ(set_->problems.size(), 1u);
  EXPECT_THAT(set_->problems[0], HasSubstr("nothing"));
}

}  // namespace
}  // namespace wiregauge::lua
