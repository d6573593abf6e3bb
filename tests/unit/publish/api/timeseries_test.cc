// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "timeseries/script_key.h"
#include "world.h"

namespace wiregauge::api {
namespace {

using history::SeriesType;

// Its history: the last minute of eth0, second by second 100 bytes more, but for two seconds; and
// two hosts and two applications.
class TimeseriesTest : public testing::Test {
 protected:
  TimeseriesTest() {
    history::History& history = world_.KeepHistory();
    const int64_t start = UnixSeconds(World::Start()) + 2 - 60;
    const uint32_t eth0 = history.AddSource("eth0");
    const uint32_t lan = history.AddSource("lan");
    const auto put = [&](uint32_t source, const history::SeriesKey& key, uint32_t step,
                         int64_t second, int64_t value) {
      const history::Value values[] = {
          {history.AddSeries(source, key, SeriesType::kCounter, step), value}};
      history.Record(source, second, values, true);
    };
    for (int64_t second = 0; second < 60; ++second) {
      if (second == 3 || second == 4) continue;
      put(eth0, {"interface", "", "bytes"}, 1, start + second, 100 * second);
    }
    put(eth0, {"application", "TLS", "bytes"}, 10, start + 59, 5000);
    put(eth0, {"application", "DNS", "bytes"}, 10, start + 59, 100);
    put(eth0, {"host", "10.0.0.1", "bytes_sent"}, 60, start + 59, 600);
    put(eth0, {"host", "192.0.2.1", "bytes_sent"}, 60, start + 59, 1200);
    put(lan, {"interface", "", "bytes"}, 1, start, 7);
    history.RecordEvent({(start + 5) * 1000, "eth0", "interface_gone", "eth0 is gone"});
    history.RecordEvent({(start + 6) * 1000, "", "service_started", "the service started"});
  }

  World world_;
};

TEST_F(TimeseriesTest, TheCatalogueNamesWhatThereIs) {
  const Json all = world_.GetJson("/api/v1/timeseries");
  EXPECT_EQ(all["total"], all["items"].size());
  const Json found = world_.GetJson("/api/v1/timeseries?text=LAN_traffic_bps&interface=lan");
  ASSERT_EQ(found["items"].size(), 1u);
  EXPECT_EQ(found["items"][0], (Json{{"name", "interface_lan_traffic_bps"},
                                     {"interface", "lan"},
                                     {"kind", "interface"},
                                     {"object", nullptr},
                                     {"unit", "bits per second"},
                                     {"step_seconds", 1},
                                     {"help", "Traffic, frame bytes on the wire."}}));
  const Json first = world_.GetJson("/api/v1/timeseries?limit=2&kind=host");
  const Json next = world_.GetJson("/api/v1/timeseries?limit=2&kind=host&cursor=" +
                                   first["next_cursor"].get<std::string>());
  EXPECT_LT(first["items"][1]["name"], next["items"][0]["name"]);
  EXPECT_EQ(world_.GetProblem("/api/v1/timeseries?kind=x", 400)["parameter"], "kind");
}

// The gauge load of the service, each ten seconds 0.5 more, and the counter failures of eth0.
void RecordScripts(history::History& history) {
  const int64_t start = UnixSeconds(World::Start()) + 2 - 60;
  const timeseries::ScriptKey load{"load", {}, SeriesType::kGauge, 10, "percent"};
  const timeseries::ScriptKey failures{"failures", "192.0.2.53", SeriesType::kCounter, 60, {}};
  const uint32_t service = history.AddSource("");
  const uint32_t gauge = history.AddSeries(service, load.Encode(), load.type, 10);
  for (int64_t i = 0; i < 3; ++i) {
    const history::Value values[] = {{gauge, 500 * i}};
    history.Record(service, start + 10 * i, values, false);
  }
  const uint32_t eth0 = history.AddSource("eth0");
  const history::Value values[] = {
      {history.AddSeries(eth0, failures.Encode(), failures.type, 60), 7}};
  history.Record(eth0, start + 59, values, false);
}

TEST_F(TimeseriesTest, SeriesOfScriptsAreNamedAndTold) {
  RecordScripts(world_.KeepHistory());
  EXPECT_EQ(world_.GetJson("/api/v1/timeseries?text=script_load")["items"][0],
            (Json{{"name", "script_load"},
                  {"interface", nullptr},
                  {"kind", "script"},
                  {"object", nullptr},
                  {"unit", "percent"},
                  {"step_seconds", 10},
                  {"help", "A value that a script has set."}}));
  const std::string query = "/api/v1/timeseries/query?from=now-60s&metric=";
  const Json load = world_.GetJson(query + "script_load&step=10&to=now-30s");
  std::vector<Json> values;
  for (const Json& row : load["items"]) values.push_back(row["value"]);
  EXPECT_EQ(values, (std::vector<Json>{0, 0.5, 1, nullptr}));
  EXPECT_EQ(load["metrics"][0]["unit"], "percent");
  const Json failures = world_.GetJson("/api/v1/timeseries?kind=script&interface=eth0");
  ASSERT_EQ(failures["total"], 2);
  EXPECT_EQ(failures["items"][0]["name"], "interface_eth0_allscript_failures");
  EXPECT_EQ(failures["items"][1]["name"], "interface_eth0_script_failures:192.0.2.53");
  EXPECT_EQ(failures["items"][1]["object"], "192.0.2.53");
  const Json lines = world_.GetJson(query + "interface_eth0_allscript_failures&step=60");
  EXPECT_EQ(lines["items"].back()["series"], "192.0.2.53");
  EXPECT_EQ(lines["items"].back()["value"], 7);
  EXPECT_EQ(world_.GetProblem("/api/v1/timeseries/top?by=script&interface=eth0", 400)["parameter"],
            "by");
}

TEST_F(TimeseriesTest, ValuesComeByTimeAndGapsAreNull) {
  const Json answer = world_.GetJson(
      "/api/v1/timeseries/query?metric=interface_eth0_traffic_bps&from=now-60s&to=now-54s&step=1");
  EXPECT_EQ(answer["metrics"], (Json::array({{{"name", "interface_eth0_traffic_bps"},
                                              {"unit", "bits per second"},
                                              {"step_seconds", 1}}})));
  std::vector<Json> values;
  for (const Json& row : answer["items"]) values.push_back(row["value"]);
  EXPECT_EQ(values, (std::vector<Json>{0, 800, 1600, nullptr, nullptr, 4000}));
  EXPECT_EQ(answer["items"][1]["time"], "2023-11-14T22:12:23.000000Z");
  EXPECT_EQ(answer["items"][1]["series"], "interface_eth0_traffic_bps");
}

TEST_F(TimeseriesTest, TheFormsOfATimeMeanTheSame) {
  const std::string query = "/api/v1/timeseries/query?metric=interface_eth0_traffic_total_bytes";
  const Json one = world_.GetJson(query + "&from=1699999942&to=1700000002");
  EXPECT_EQ(one["items"][0]["value"], 100 * (59 * 60 / 2 - 7));
  for (const char* const range :
       {"&from=1699999942000&to=1700000002000", "&from=now-1m&to=now", "&from=now-60s",
        "&from=2023-11-14T22:12:22Z&to=2023-11-14T23:13:22%2B01:00",
        "&from=2023-11-14T22:12:22Z&to=2023-11-14T23:13:22+01:00"}) {
    EXPECT_EQ(world_.GetJson(query + range)["items"], one["items"]) << range;
  }
}

TEST_F(TimeseriesTest, SeveralMetricsAndAllObjectsOfAKind) {
  const Json answer = world_.GetJson(
      "/api/v1/timeseries/query?metric=interface_eth0_allprotocols_bps,interface_lan_traffic_bps"
      "&from=now-60s&step=60&aggregation=sum&limit=1");
  std::vector<std::pair<Json, Json>> rows;
  for (const Json& row : answer["items"]) {
    if (!row["value"].is_null()) rows.emplace_back(row["series"], row["value"]);
  }
  EXPECT_EQ(rows, (std::vector<std::pair<Json, Json>>{
                      {"interface_lan_traffic_bps", 56}, {"TLS", 40000}, {"other", 800}}));
}

TEST_F(TimeseriesTest, CsvIsTheSameTable) {
  const std::string query =
      "/api/v1/timeseries/query?metric=interface_eth0_traffic_bps&from=now-58s&to=now-56s&step=1";
  const std::string expected =
      "time,metric,series,value\r\n"
      "2023-11-14T22:12:24.000000Z,interface_eth0_traffic_bps,interface_eth0_traffic_bps,1600\r\n"
      "2023-11-14T22:12:25.000000Z,interface_eth0_traffic_bps,interface_eth0_traffic_bps,\r\n";
  const auto asked = world_.Get(query + "&format=csv");
  EXPECT_EQ(asked.body, expected);
  EXPECT_EQ(asked.content_type, "text/csv; charset=utf-8");
  EXPECT_EQ(world_.Get(query, {{"accept", "text/csv"}}).body, expected);
}

TEST_F(TimeseriesTest, WhatIsWrongIsNamed) {
  const std::string query = "/api/v1/timeseries/query?metric=interface_eth0_traffic_bps";
  for (const auto& [target, parameter] : std::vector<std::pair<std::string, std::string>>{
           {"/api/v1/timeseries/query", "metric"},
           {"/api/v1/timeseries/query?metric=nothing", "metric"},
           {query + ",nothing", "metric"},
           {query + "&from=yesterday", "from"},
           {query + "&from=now&to=now-1h", "from"},
           {query + "&to=now%2B1h", "to"},
           {query + "&step=0", "step"},
           {query + "&step=100ms", "step"},
           {query + "&from=0&step=1", "step"},
           {query + "&max_points=0", "max_points"},
           {query + "&aggregation=median", "aggregation"},
           {query + "&format=xml", "format"},
           {query + "&x=1", "x"},
           {"/api/v1/timeseries/top?interface=eth0", "by"},
           {"/api/v1/timeseries/top?by=interface", "by"},
           {"/api/v1/timeseries/top?by=host", "interface"},
           {"/api/v1/timeseries/top?by=host&interface=x", "interface"}}) {
    EXPECT_EQ(world_.GetProblem(target, 400)["parameter"], parameter) << target;
  }
}

TEST_F(TimeseriesTest, RankingsAreOfTheRange) {
  const Json top = world_.GetJson("/api/v1/timeseries/top?by=host&interface=eth0&from=now-1m");
  EXPECT_EQ(top["items"], (Json::array({{{"interface", "eth0"},
                                         {"kind", "host"},
                                         {"object", "192.0.2.1"},
                                         {"bytes", 1200},
                                         {"average_bps", 160.0}},
                                        {{"interface", "eth0"},
                                         {"kind", "host"},
                                         {"object", "10.0.0.1"},
                                         {"bytes", 600},
                                         {"average_bps", 80.0}}})));
  EXPECT_TRUE(
      world_.GetJson("/api/v1/timeseries/top?by=vlan&interface=eth0&from=now-1m")["items"].empty());
}

TEST_F(TimeseriesTest, EventsAreListed) {
  EXPECT_EQ(world_.Items("/api/v1/events", "kind"),
            (std::vector<Json>{"interface_gone", "service_started"}));
  EXPECT_EQ(world_.Items("/api/v1/events?interface=eth0", "interface"), std::vector<Json>{"eth0"});
  EXPECT_EQ(world_.Items("/api/v1/events?kind=service_started", "interface"),
            std::vector<Json>{nullptr});
}

TEST_F(TimeseriesTest, ARestrictedUserSeesTheirPart) {
  world_.ActAs({.user = "n", .networks = {*IpNetwork::Parse("10.0.0.0/8")}});
  for (const Json& name : world_.Items("/api/v1/timeseries", "name")) {
    const auto text = name.get<std::string>();
    EXPECT_TRUE(text.starts_with("host_10.0.0.1_") || text.ends_with("allhosts_bps")) << text;
  }
  EXPECT_EQ(world_.GetProblem("/api/v1/timeseries/query?metric=interface_eth0_traffic_bps",
                              400)["parameter"],
            "metric");
  EXPECT_EQ(world_.Items("/api/v1/timeseries/top?by=host&interface=eth0", "object"),
            std::vector<Json>{"10.0.0.1"});
}

TEST(TimeseriesOffTest, WithoutHistoryThereIsNothing) {
  World world;
  for (const char* const path : {"/api/v1/timeseries", "/api/v1/timeseries/query",
                                 "/api/v1/timeseries/top", "/api/v1/events"}) {
    world.GetProblem(path, 404);
  }
}

}  // namespace
}  // namespace wiregauge::api
