// SPDX-License-Identifier: Apache-2.0
// Targets that scripts answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "publish/http/problem.h"
#include "world.h"

namespace wiregauge::grafana {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kStart = World::kStart;

class ScriptTargetsTest : public testing::Test {
 protected:
  ScriptTargetsTest() {
    world_.scripts().targets = {
        {.name = "lua_rows", .is_table = true, .parameters = {}},
        {.name = "lua_top",
         .is_table = false,
         .parameters = {{"limit", "how many", "5", {}}, {"order", "", "up", {"up", "down"}}}}};
  }

  void Says(std::string body) { world_.scripts().answer = http::JsonResponse(std::move(body)); }
  std::string Problem(const std::string& target, std::string body) {
    Says(std::move(body));
    return world_.Query(target, Json::object(), 500).at("message").get<std::string>();
  }

  World world_;
};

TEST_F(ScriptTargetsTest, AreOfferedToWhoMayAskThem) {
  EXPECT_THAT(world_.Post("search", {{"target", ""}}), Contains("lua_top"));
  EXPECT_EQ(world_.Post("search", {{"target", "lua"}}), Json({"lua_rows", "lua_top"}));
  world_.ActAs({.user = "eve", .role = model::Role::kViewer});
  EXPECT_EQ(world_.Post("search", {{"target", "lua_"}}), Json::array());
  Says("[]");
  EXPECT_EQ(world_.Query("lua_top"), Json::array());
  EXPECT_TRUE(world_.scripts().asked.empty());
}

TEST_F(ScriptTargetsTest, TellTheirParametersAsOptions) {
  const Json metrics = world_.Post("metrics", Json::object());
  const auto top = std::ranges::find_if(
      metrics, [](const Json& metric) { return metric.at("value") == "lua_top"; });
  ASSERT_NE(top, metrics.end());
  EXPECT_EQ(top->at("payloads"),
            Json::parse(R"([{"name":"limit","label":"limit","type":"input","placeholder":"5"},
                            {"name":"order","label":"order","type":"select","placeholder":"up",
                             "options":[{"label":"up","value":"up"},
                                        {"label":"down","value":"down"}]}])"));
}

TEST_F(ScriptTargetsTest, AreAskedWithTheRangeAndTheirOptions) {
  Says("[]");
  world_.Query("lua_top", {{"intervalMs", 1000}, {"maxDataPoints", 50}});
  const Json payload = {{"limit", 7}, {"order", "down"}, {"unknown", 1}};
  world_.Query("x", {{"targets", {{{"target", "lua_top"}, {"payload", payload}}}}});
  const auto& asked = world_.scripts().asked;
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[0].from_ms, kStart * 1000);
  EXPECT_EQ(asked[0].to_ms, (kStart + 120) * 1000);
  EXPECT_EQ(asked[0].interval_ms, 1000);
  EXPECT_EQ(asked[0].max_data_points, 50);
  EXPECT_TRUE(asked[0].options.empty());
  ASSERT_EQ(asked[1].options.size(), 2U);
  EXPECT_EQ(asked[1].options[0].value, "7");
  EXPECT_EQ(asked[1].options[1].value, "down");
}

TEST_F(ScriptTargetsTest, StandBesideOtherTargetsAndAreAskedOnce) {
  Says(R"({"datapoints":[[1,1000]]})");
  const Json targets = {{{"target", "interface_eth0_traffic_bps"}, {"refId", "A"}},
                        {{"target", "lua_top"}, {"refId", "B"}},
                        {{"target", "lua_(top|none)"}, {"refId", "C"}}};
  const Json answer = world_.Query("x", {{"targets", targets}});
  ASSERT_EQ(answer.size(), 3U);
  EXPECT_EQ(answer[0].at("datapoints").size(), 120U);
  EXPECT_EQ(answer[1], Json::parse(R"({"target":"lua_top","title":"lua_top","refId":"B",
                                       "unit":"short","tags":{},"datapoints":[[1.0,1000]]})"));
  EXPECT_EQ(answer[2].at("refId"), "C");
  EXPECT_EQ(world_.scripts().asked.size(), 1U);
  EXPECT_THAT(world_.scripts().handed, ElementsAre("lua_top"));
}

TEST_F(ScriptTargetsTest, WithoutThemAQueryIsAnsweredAtOnce) {
  world_.scripts().busy = true;
  EXPECT_EQ(world_.Query("interface_eth0_traffic_bps").size(), 1U);
  EXPECT_TRUE(world_.scripts().handed.empty());
  EXPECT_THAT(world_.Query("lua_top", Json::object(), 503).at("error").get<std::string>(),
              HasSubstr("lua.max_waiting"));
}

TEST_F(ScriptTargetsTest, GiveSeriesAlsoAsATable) {
  Says(R"([{"target":"b","unit":"bps","datapoints":[[2,3000],[null,4000]]},
           {"target":"a","datapoints":[[1,2000]]}])");
  const Json series = world_.Query("lua_top");
  ASSERT_EQ(series.size(), 2U);
  EXPECT_EQ(series[0].at("unit"), "bps");
  EXPECT_EQ(series[0].at("datapoints"), Json::parse("[[2.0,3000],[null,4000]]"));
  const Json as_table = {{"targets", {{{"target", "lua_top"}, {"type", "table"}}}}};
  EXPECT_EQ(world_.Query("x", as_table).at(0).at("rows"),
            Json::parse(R"([[2000,"a",1.0],[3000,"b",2.0]])"));
}

TEST_F(ScriptTargetsTest, GiveTables) {
  Says(R"({"columns":[{"text":"Time","type":"time"},{"text":"Name"}],"rows":[[1000,"x"]]})");
  Json table = world_.Query("lua_rows").at(0);
  EXPECT_EQ(table.at("columns"),
            Json::parse(R"([{"text":"Time","type":"time"},{"text":"Name","type":"string"}])"));
  EXPECT_EQ(table.at("rows"), Json::parse(R"([[1000,"x"]])"));
  Says(R"([{"name":"x","bytes":1},{"name":"y","more":null}])");
  table = world_.Query("lua_rows").at(0);
  EXPECT_EQ(table.at("columns"), Json::parse(R"([{"text":"bytes","type":"number"},
      {"text":"more","type":"number"},{"text":"name","type":"string"}])"));
  EXPECT_EQ(table.at("rows"), Json::parse(R"([[1,null,"x"],[null,null,"y"]])"));
  Says("{}");
  EXPECT_EQ(world_.Query("lua_rows").at(0).at("rows"), Json::array());
}

TEST_F(ScriptTargetsTest, WhatIsNoSeriesAndNoTableIsToldSo) {
  for (const char* body : {"1", R"({"a":1})", R"([{"target":"a"}])", R"([{"datapoints":[[1]]}])",
                           R"([{"datapoints":[["1",2]]}])", R"([{"datapoints":[[1,null]]}])",
                           R"([{"target":1,"datapoints":[]}])", "no JSON"}) {
    EXPECT_THAT(Problem("lua_top", body), HasSubstr("lua_top: ")) << body;
  }
  for (const char* body : {R"({"rows":[]})", R"({"columns":[{"text":"a"}],"rows":[[1,2]]})",
                           R"({"columns":[{"text":"a","type":"x"}],"rows":[]})", R"([{"a":[1]}])",
                           "[1]", R"({"columns":[{"text":"a"}],"rows":[[{}]]})"}) {
    EXPECT_THAT(Problem("lua_rows", body), HasSubstr("lua_rows: ")) << body;
  }
}

TEST_F(ScriptTargetsTest, ProblemsArePassedOnInGrafanasForm) {
  world_.scripts().answer = http::BadParameter("limit", "limit: \"x\" is not a number.");
  const Json problem = world_.Query("lua_top", Json::object(), 400);
  EXPECT_EQ(problem.at("message"), "limit: \"x\" is not a number.");
  EXPECT_EQ(problem.at("error"), problem.at("message"));
}

TEST_F(ScriptTargetsTest, AQueryIsBounded) {
  Says("[]");
  Json targets = Json::array();
  for (int i = 0; i < 11; ++i) {
    targets.push_back({{"target", "lua_top"}, {"data", {{"limit", i}}}});
  }
  const Json problem = world_.Query("x", {{"targets", targets}}, 400);
  EXPECT_THAT(problem.at("message").get<std::string>(), HasSubstr("more than 10 runs"));
}

}  // namespace
}  // namespace wiregauge::grafana
