// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world.h"

namespace wiregauge::grafana {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kStart = World::kStart;

std::vector<std::string> TargetsOf(const Json& answer) {
  std::vector<std::string> targets;
  for (const Json& series : answer) targets.push_back(series.at("target").get<std::string>());
  return targets;
}

std::vector<Json> ValuesOf(const Json& series) {
  std::vector<Json> values;
  for (const Json& point : series.at("datapoints")) values.push_back(point.at(0));
  return values;
}

TEST(Query, GivesTheSecondsWithNullWhereNothingIsKnown) {
  World world;
  const Json answer = world.Query("interface_eth0_traffic_bps");
  ASSERT_EQ(answer.size(), 1U);
  const Json& series = answer[0];
  EXPECT_EQ(series.at("target"), "interface_eth0_traffic_bps");
  EXPECT_EQ(series.at("title"), "interface_eth0_traffic_bps");
  EXPECT_EQ(series.at("refId"), "A");
  EXPECT_EQ(series.at("unit"), "bps");
  EXPECT_EQ(series.at("tags"), Json({{"interface", "eth0"}}));
  const Json& points = series.at("datapoints");
  ASSERT_EQ(points.size(), 120U);
  for (int64_t i = 0; i < 120; ++i) {
    EXPECT_EQ(points[i], Json({i / 10 == 3 ? Json() : Json(1000), (kStart + i) * 1000})) << i;
  }
}

TEST(Query, TellsSeriesOfScripts) {
  World world;
  world.RecordScripts();
  const Json failures = world.Query("interface_eth0_script_failures").at(0);
  EXPECT_EQ(failures.at("tags"), Json({{"interface", "eth0"}, {"script", "failures"}}));
  EXPECT_THAT(ValuesOf(failures), ElementsAre(3, 3));
  const Json rtt = world.Query("script_rtt:192.0.2.53").at(0);
  EXPECT_EQ(rtt.at("tags"), Json({{"script", "rtt"}, {"object", "192.0.2.53"}}));
  EXPECT_THAT(ValuesOf(rtt), ElementsAre(1.5, 1.5));
  EXPECT_THAT(TargetsOf(world.Query("allscript_rtt")), ElementsAre("192.0.2.53", "192.0.2.54"));
}

TEST(Query, HonoursIntervalAndMostPoints) {
  World world;
  const auto points = [&](const Json& more) {
    return world.Query("interface_eth0_traffic_bps", more).at(0).at("datapoints");
  };
  const Json by_interval = points({{"intervalMs", 15'000}, {"maxDataPoints", 500}});
  ASSERT_EQ(by_interval.size(), 8U);
  EXPECT_EQ(by_interval[2], Json({1000.0, (kStart + 30) * 1000})) << "5 of 15 seconds are known";
  EXPECT_EQ(points({{"intervalMs", 1500}}).at(1).at(1), (kStart + 2) * 1000);
  EXPECT_EQ(points({{"intervalMs", 1}}).size(), 120U);
  for (const int most : {1, 2, 3, 7, 60, 119, 120, 121, 1000}) {
    for (const int64_t from : {kStart, kStart + 1, kStart + 59}) {
      const Json range = {{"from", from}, {"to", kStart + 120}};
      const size_t size = points({{"range", range}, {"maxDataPoints", most}}).size();
      EXPECT_LE(size, static_cast<size_t>(most));
      EXPECT_GE(size, 1U);
      EXPECT_LE(points({{"range", range}, {"maxDataPoints", most}, {"intervalMs", 1000}}).size(),
                static_cast<size_t>(most));
    }
  }
  EXPECT_EQ(points({{"maxDataPoints", 550}, {"intervalMs", 200}}).size(), 120U);
  const Json range = {{"from", kStart - 881}, {"to", kStart + 120}};
  EXPECT_EQ(points({{"range", range}, {"intervalMs", 1000}}).size(), 1001U);
}

TEST(Query, TakesTheLastHourWhenNoRangeIsGiven) {
  World world;
  const Json answer =
      world.Post("query", {{"targets", {{{"target", "interface_en-0_x_traffic_pps"}}}}});
  const Json& points = answer.at(0).at("datapoints");
  EXPECT_EQ(points.size(), 900U) << "at most 1000 points, of whole seconds";
  EXPECT_EQ(points.front().at(1), (kStart + 120 - 3600) * 1000);
  EXPECT_EQ(points.front().at(0), nullptr);
  EXPECT_EQ(points.back().at(0), 2);
  EXPECT_FALSE(answer.at(0).contains("refId"));
}

TEST(Query, ATotalIsOneValueAtTheEnd) {
  World world;
  const Json more = {{"intervalMs", 1000}, {"maxDataPoints", 500}};
  const Json bytes = world.Query("interface_eth0_traffic_total_bytes", more);
  EXPECT_EQ(bytes.at(0).at("datapoints"), Json({{110 * 125, (kStart + 120) * 1000}}));
  EXPECT_EQ(bytes.at(0).at("unit"), "bytes");
  const Json packets = world.Query("interface_eth0_traffic_total_packets", more);
  EXPECT_EQ(packets.at(0).at("datapoints"), Json({{110, (kStart + 120) * 1000}}));
}

TEST(Query, ExpandsTemplatesInTheirOrder) {
  World world;
  EXPECT_THAT(TargetsOf(world.Query(
                  R"(host_(192\.0\.2\.1|2001:db8::1@42)_interface_(en-0_x|eth0)_traffic_bps)")),
              ElementsAre("host_192.0.2.1_interface_en-0_x_traffic_bps",
                          "host_192.0.2.1_interface_eth0_traffic_bps",
                          "host_2001:db8::1@42_interface_eth0_traffic_bps"));
  EXPECT_THAT(TargetsOf(world.Query("interface_{eth0,en-0_x,lo}_traffic_pps")),
              ElementsAre("interface_eth0_traffic_pps", "interface_en-0_x_traffic_pps"));
  EXPECT_THAT(TargetsOf(world.Query("interface_*_traffic_pps")),
              ElementsAre("interface_en-0_x_traffic_pps", "interface_eth0_traffic_pps"));
  EXPECT_THAT(TargetsOf(world.Query(R"(interface_eth0_traffic_(pps|p*))")),
              ElementsAre("interface_eth0_traffic_pps"));
}

TEST(Query, AMetricOfAllHasALineForEach) {
  World world;
  const Json more = {{"intervalMs", 60'000}};
  const Json one = world.Query("interface_eth0_allprotocols_bps", more);
  EXPECT_THAT(TargetsOf(one), ElementsAre("TLS", "DNS", "other"));
  EXPECT_THAT(ValuesOf(one[0]), ElementsAre(800, 800));
  EXPECT_THAT(ValuesOf(one[1]), ElementsAre(8, 8));
  EXPECT_EQ(one[0].at("tags"), Json({{"application", "TLS"}, {"interface", "eth0"}}));

  const Json two = world.Query("interface_(eth0|en-0_x)_allprotocols_bps", more);
  EXPECT_THAT(TargetsOf(two), ElementsAre("eth0 TLS", "eth0 DNS", "eth0 other", "en-0_x TLS"));
  EXPECT_THAT(TargetsOf(world.Query("host_192.0.2.1_interface_eth0_allprotocols_bps", more)),
              ElementsAre("TLS", "DNS"));
  EXPECT_THAT(TargetsOf(world.Query("(host_192.0.2.1_|)interface_eth0_allprotocols_bps", more)),
              ElementsAre("192.0.2.1 TLS", "192.0.2.1 DNS", "TLS", "DNS", "other"));
}

TEST(Query, SkipsWhatIsNotToBeAsked) {
  World world;
  const Json answer = world.Query("", {{"targets",
                                        {{{"refId", "A"}},
                                         {{"target", "select metric"}},
                                         {{"target", nullptr}},
                                         {{"target", 7}},
                                         7,
                                         {{"target", "no_such_metric"}},
                                         {{"target", "interface_eth0_traffic_bps"}, {"hide", true}},
                                         {{"target", "interface_eth0_traffic_pps"}}}}});
  EXPECT_THAT(TargetsOf(answer), ElementsAre("interface_eth0_traffic_pps"));
  EXPECT_EQ(world.Query("$ip_interface_eth0_traffic_bps"), Json::array());
  EXPECT_EQ(world.Post("query", {{"targets", Json::array()}}), Json::array());
}

TEST(Query, HonoursThePayload) {
  World world;
  const auto ask = [&](const Json& payload, const char* member = "payload", int status = 200) {
    return world.Query(
        "",
        {{"intervalMs", 60'000},
         {"targets", {{{"target", "interface_eth0_allprotocols_bps"}, {member, payload}}}}},
        status);
  };
  EXPECT_THAT(TargetsOf(ask({{"limit", 1}})), ElementsAre("TLS", "other"));
  EXPECT_THAT(TargetsOf(ask({{"limit", "1"}}, "data")), ElementsAre("TLS", "other"));
  EXPECT_THAT(ValuesOf(ask({{"aggregation", "sum"}})[0]), ElementsAre(48'000, 48'000));
  EXPECT_EQ(ask({{"limit", ""}, {"aggregation", nullptr}}).size(), 3U);
  for (const Json& bad : {Json({{"limit", 0}}), Json({{"limit", "x"}}), Json({{"limit", 1001}}),
                          Json({{"aggregation", "median"}}), Json({{"aggregation", 1}})}) {
    EXPECT_THAT(ask(bad, "payload", 400).at("message").get<std::string>(), HasSubstr("is no"));
  }
}

TEST(Query, TellsSeriesAsATable) {
  World world;
  const Json target = {
      {"target", "interface_eth0_allprotocols_bps"}, {"type", "table"}, {"refId", "B"}};
  const Json answer = world.Query("", {{"intervalMs", 60'000}, {"targets", {target}}});
  ASSERT_EQ(answer.size(), 1U);
  const Json& table = answer[0];
  EXPECT_EQ(table.at("type"), "table");
  EXPECT_EQ(table.at("refId"), "B");
  EXPECT_EQ(table.at("columns"), Json::parse(R"([{"text": "Time", "type": "time"},
      {"text": "Metric", "type": "string"}, {"text": "Value", "type": "number"}])"));
  const int64_t first = kStart * 1000, second = first + 60'000;
  EXPECT_EQ(table.at("rows"), Json::array({{first, "TLS", 800},
                                           {first, "DNS", 8},
                                           {first, "other", 4},
                                           {second, "TLS", 800},
                                           {second, "DNS", 8},
                                           {second, "other", 4}}));
  const Json gaps = world.Query(
      "", {{"targets", {{{"target", "interface_eth0_traffic_bps"}, {"type", "table"}}}}});
  EXPECT_EQ(gaps.at(0).at("rows").size(), 110U);
}

TEST(Query, SaysWhatIsWrongWhereBothKindsOfPanelsLook) {
  World world;
  const auto expect = [&](std::string_view body, std::string_view what) {
    const http::Response answer = world.Ask(http::Method::kPost, "/grafana/query", body);
    EXPECT_EQ(answer.status, 400) << body;
    const Json problem = Json::parse(answer.body);
    EXPECT_THAT(problem.at("message").get<std::string>(), HasSubstr(std::string(what))) << body;
    EXPECT_EQ(problem.at("message"), problem.at("error"));
  };
  expect("{", "not valid JSON");
  expect("[]", "no JSON object");
  expect("", "no array \"targets\"");
  expect(R"({"targets": {}})", "no array \"targets\"");
  expect(R"({"targets": [], "range": {"from": 20, "to": 10}})", "later");
  expect(R"({"targets": [], "range": {"from": "x"}})", "ISO 8601");
  expect(R"({"targets": [{"target": "interface_eth0_traffic_bps"}], "intervalMs": 1000,
             "range": {"from": 0, "to": 1700000000}})",
         "too many");
  expect(R"({"targets": [], "adhocFilters": [{"key": "host", "operator": "=~", "value": "("}]})",
         "The filter of host: \"(\" is no regular expression.");
  expect(R"({"targets": [], "adhocFilters": [{"key": "host", "operator": "~", "value": "a"}]})",
         "none of");
}

// `count` times what `make` gives for 0, 1, ...
template <typename Make>
Json Targets(int count, Make make) {
  Json targets = Json::array();
  for (int i = 0; i < count; ++i) targets.push_back(make(i));
  return {{"intervalMs", 60'000}, {"targets", targets}};
}

TEST(Query, ReadsWhatIsAskedTwiceOnce) {
  World world;
  const uint32_t source = world.history().AddSource("crowd");
  std::vector<history::Value> values;
  for (int i = 0; i < 250; ++i) {
    const uint32_t series =
        world.history().AddSeries(source, {"host", "10.0.0." + std::to_string(i), "bytes_sent"},
                                  history::SeriesType::kCounter, 60);
    values.push_back({series, 60});
  }
  world.history().Record(source, kStart, values, false);
  const auto of_limit = [](int limit) {
    return Json({{"target", "interface_crowd_allhosts_bps"},
                 {"refId", std::to_string(limit)},
                 {"payload", {{"limit", limit}}}});
  };
  const auto same = Targets(200, [&](int) { return of_limit(1); });
  EXPECT_EQ(world.Query("", same).size(), 400U) << "one host and the others, each time";
  const auto others = Targets(200, [&](int i) { return of_limit(1 + i); });
  EXPECT_EQ(world.Query("", others, 400).at("message"),
            "The targets stand for more than 20000 series: narrow them down.");
}

TEST(Query, RepeatsTheAnswerForEachTarget) {
  World world;
  const auto named = [](const char* name) {
    return [name](int i) { return Json({{"target", name}, {"refId", std::to_string(i)}}); };
  };
  for (const char* const name : {"interface_eth0_allprotocols_bps", "interface_eth0_top_hosts"}) {
    const Json one = world.Query("", Targets(1, named(name)));
    const Json three = world.Query("", Targets(3, named(name)));
    ASSERT_EQ(three.size(), 3 * one.size());
    for (size_t i = 0; i < three.size(); ++i) {
      Json expected = one[i % one.size()];
      expected["refId"] = std::to_string(i / one.size());
      EXPECT_EQ(three[i], expected);
    }
  }
}

TEST(Query, HasSoManyTablesAtMost) {
  World world;
  for (int i = 0; i < 51; ++i) {
    world.tables().interfaces.emplace_back();
    world.tables().interfaces.back().name = "v" + std::to_string(i);
  }
  const auto table = [](int i) {
    return Json({{"target", "interface_v" + std::to_string(i) + "_top_flows"},
                 {"payload", {{"limit", 1 + i}}}});
  };
  EXPECT_EQ(world.Query("", Targets(50, table)).size(), 50U);
  EXPECT_EQ(world.Query("", Targets(60, [&](int) { return table(7); })).size(), 60U);
  EXPECT_EQ(world.Query("", Targets(51, table), 400).at("error"),
            "The targets stand for more than 50 tables: narrow them down.");
}

TEST(Query, FiltersKeepWhatTheyAreNotAbout) {
  World world;
  const auto ask = [&](const char* key, const char* op, const char* value, const char* member) {
    return TargetsOf(world.Query(
        "(interface_(eth0|en-0_x)_(traffic_pps|allprotocols_bps))",
        {{"intervalMs", 60'000}, {member, {{{"key", key}, {"operator", op}, {"value", value}}}}}));
  };
  const char* const pps = "interface_eth0_traffic_pps";
  const char* const en_pps = "interface_en-0_x_traffic_pps";
  EXPECT_THAT(ask("interface", "=", "eth0", "adhocFilters"),
              ElementsAre(pps, "eth0 TLS", "eth0 DNS", "eth0 other"));
  EXPECT_THAT(ask("interface", "=", "eth0", "filters"),
              ElementsAre(pps, "eth0 TLS", "eth0 DNS", "eth0 other"));
  EXPECT_THAT(ask("application", "!=", "TLS", "filters"),
              ElementsAre(pps, "eth0 DNS", "eth0 other", en_pps));
  EXPECT_THAT(ask("application", "=~", "^(T|D)", "filters"),
              ElementsAre(pps, "eth0 TLS", "eth0 DNS", en_pps, "en-0_x TLS"));
  EXPECT_THAT(ask("application", "!~", "S$", "filters"), ElementsAre(pps, "eth0 other", en_pps));
  EXPECT_THAT(ask("application", "<", "E", "filters"), ElementsAre(pps, "eth0 DNS", en_pps));
  EXPECT_THAT(ask("application", ">", "S", "filters"),
              ElementsAre(pps, "eth0 TLS", "eth0 other", en_pps, "en-0_x TLS"));
  EXPECT_EQ(ask("colour", "=", "blue", "filters").size(), 6U);
  EXPECT_EQ(ask("application", "=", "select tag value", "filters").size(), 6U);
}

TEST(Query, FiltersFindLayerFourAsTheTableOfFlowsShowsIt) {
  World world;
  const uint32_t source = world.history().AddSource("eth0");
  for (const char* const name : {"tcp", "icmpv6"}) {
    const uint32_t series =
        world.history().AddSeries(source, {"l4", name, "bytes"}, history::SeriesType::kCounter, 10);
    world.history().Record(source, kStart, std::vector<history::Value>{{series, 10}}, false);
  }
  const auto lines = [&](const char* op, const char* value) {
    return TargetsOf(
        world.Query("interface_eth0_alll4protocols_bps",
                    {{"filters", {{{"key", "l4"}, {"operator", op}, {"value", value}}}}}));
  };
  EXPECT_THAT(lines("=", "TCP"), ElementsAre("tcp"));
  EXPECT_THAT(lines("=", "tcp"), ElementsAre("tcp"));
  EXPECT_THAT(lines("!=", "TCP"), ElementsAre("icmpv6"));
  EXPECT_THAT(lines("=~", "^(TCP|ICMPv6)$"), testing::UnorderedElementsAre("tcp", "icmpv6"));
}

TEST(Query, UsersGetWhatTheyMaySee) {
  World world;
  world.ActAs({.user = "x", .role = model::Role::kViewer, .interfaces = {"en-0_x"}});
  EXPECT_THAT(TargetsOf(world.Query("interface_*_traffic_pps")),
              ElementsAre("interface_en-0_x_traffic_pps"));
  EXPECT_EQ(world.Query("interface_eth0_top_flows"), Json::array());
  world.ActAs({.user = "x",
               .role = model::Role::kViewer,
               .interfaces = {},
               .networks = {*IpNetwork::Parse("2001:db8::/32")}});
  EXPECT_EQ(world.Query("interface_*_traffic_pps"), Json::array());
  EXPECT_THAT(TargetsOf(world.Query("host_*_traffic_bps")),
              ElementsAre("host_2001:db8::1@42_interface_eth0_traffic_bps"));
  EXPECT_THAT(TargetsOf(world.Query("interface_eth0_allhosts_bps")), ElementsAre("2001:db8::1@42"));
}

}  // namespace
}  // namespace wiregauge::grafana
