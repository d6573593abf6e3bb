// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "world.h"

namespace wiregauge::grafana {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

std::vector<std::string> Found(World& world, const Json& body) {
  return world.Post("search", body).get<std::vector<std::string>>();
}
std::vector<std::string> Found(World& world, const char* typed) {
  return Found(world, Json({{"target", typed}}));
}

std::vector<std::string> Members(const Json& items, const char* member) {
  std::vector<std::string> values;
  for (const Json& item : items) values.push_back(item.at(member).get<std::string>());
  return values;
}

TEST(Status, Is200WithAndWithoutASlash) {
  World world;
  for (const char* const path :
       {"/grafana", "/grafana/", "/lua/modules/grafana", "/lua/modules/grafana/"}) {
    const http::Response answer = world.Ask(http::Method::kGet, path);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_EQ(Json::parse(answer.body), Json({{"status", "OK"}, {"history", true}}));
  }
}

TEST(Search, OffersEverythingInterfacesFirst) {
  World world;
  const auto all = Found(world, "");
  ASSERT_GT(all.size(), 30U);
  EXPECT_EQ(all.front(), "interface_en-0_x_traffic_bps");
  EXPECT_THAT(all, IsSupersetOf({"interface_eth0_traffic_bps", "interface_eth0_traffic_total_bytes",
                                 "interface_eth0_traffic_pps", "interface_eth0_allprotocols_bps",
                                 "interface_eth0_traffic_total_packets", "interface_eth0_top_hosts",
                                 "interface_eth0_top_applications", "interface_eth0_top_flows",
                                 "host_192.0.2.1_interface_eth0_traffic_bps",
                                 "host_192.0.2.1_interface_eth0_traffic_total_bytes",
                                 "host_2001:db8::1@42_interface_eth0_traffic_bps",
                                 "host_192.0.2.1_interface_eth0_allprotocols_bps"}));
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
  EXPECT_EQ(Found(world, "select metric"), all);
  EXPECT_EQ(Found(world, Json::object()), all);
  EXPECT_EQ(Found(world, Json({{"type", "timeseries"}})), all);
  EXPECT_EQ(Json::parse(world.Ask(http::Method::kPost, "/grafana/search").body).size(), all.size());
}

TEST(Search, FindsTextsAndExpressions) {
  World world;
  EXPECT_THAT(Found(world, "ETH0_traffic_BPS"),
              ElementsAre("interface_eth0_traffic_bps", "host_192.0.2.1_interface_eth0_traffic_bps",
                          "host_2001:db8::1@42_interface_eth0_traffic_bps"));
  EXPECT_THAT(Found(world, R"(^interface_(eth0|lo)_traffic_p{2}s$)"),
              ElementsAre("interface_eth0_traffic_pps"));
  EXPECT_THAT(Found(world, R"(host_192\.0\.2\.1_interface_eth0_traffic_bps)"),
              ElementsAre("host_192.0.2.1_interface_eth0_traffic_bps"));
  EXPECT_EQ(Found(world, "host_(").size(), Found(world, "").size()) << "no expression yet";
  EXPECT_THAT(Found(world, "no such thing"), IsEmpty());
}

TEST(Search, AnswersVariables) {
  World world;
  EXPECT_THAT(Found(world, "interfaces"), ElementsAre("en-0_x", "eth0"));
  EXPECT_THAT(Found(world, "hosts"), ElementsAre("192.0.2.1", "2001:db8::1@42"));
  EXPECT_THAT(Found(world, "applications"), ElementsAre("DNS", "TLS", "other"));
  EXPECT_THAT(Found(world, "countries"), IsEmpty());
}

TEST(Tags, HaveKeysAndValues) {
  World world;
  const Json keys = world.Post("tag-keys", Json::object());
  EXPECT_THAT(Members(keys, "text"),
              ElementsAre("interface", "application", "category", "l4", "direction", "host",
                          "network", "pool", "autonomous_system", "country", "vlan", "script"));
  EXPECT_EQ(keys[0].at("type"), "string");
  EXPECT_EQ(Json::parse(world.Ask(http::Method::kPost, "/grafana/tag-keys").body), keys);
  EXPECT_THAT(Members(world.Post("tag-values", {{"key", "interface"}}), "text"),
              ElementsAre("en-0_x", "eth0"));
  EXPECT_THAT(Members(world.Post("tag-values", {{"key", "application"}}), "text"),
              ElementsAre("DNS", "TLS", "other"));
  for (const char* const body : {"", "{", "[]", R"({"key": 7})", R"({"key": "colour"})"}) {
    const http::Response answer = world.Ask(http::Method::kPost, "/grafana/tag-values", body);
    EXPECT_EQ(answer.status, 200) << body;
    EXPECT_EQ(answer.body, "[]") << body;
  }
}

TEST(Search, FindsSeriesOfScripts) {
  World world;
  world.RecordScripts();
  EXPECT_THAT(Found(world, "script"),
              ElementsAre("allscript_rtt", "interface_eth0_script_failures",
                          "script_rtt:192.0.2.53", "script_rtt:192.0.2.54"));
  EXPECT_THAT(Found(world, "scripts"), ElementsAre("failures", "rtt"));
  EXPECT_THAT(Found(world, "interfaces"), ElementsAre("en-0_x", "eth0"));
}

TEST(Search, OffersSeriesOfTheServiceToNobodyWhoIsRestricted) {
  World world;
  world.RecordScripts();
  model::Identity identity;
  identity.interfaces = {"eth0"};
  world.ActAs(identity);
  EXPECT_THAT(Found(world, "script"), ElementsAre("interface_eth0_script_failures"));
  EXPECT_THAT(Found(world, "scripts"), ElementsAre("failures"));
}

TEST(Tags, OfUsersAreThoseTheyMaySee) {
  World world;
  world.ActAs({.user = "x", .role = model::Role::kViewer, .interfaces = {"en-0_x"}});
  EXPECT_THAT(Members(world.Post("tag-values", {{"key", "interface"}}), "text"),
              ElementsAre("en-0_x"));
  EXPECT_THAT(Members(world.Post("tag-values", {{"key", "host"}}), "text"),
              ElementsAre("192.0.2.1"));
  for (const std::string& name : Found(world, "")) {
    EXPECT_EQ(name.find("eth0"), std::string::npos) << name;
  }
}

TEST(Search, WithoutHistoryOffersFlows) {
  World world(false);
  EXPECT_THAT(Found(world, ""),
              ElementsAre("interface_en-0_x_top_flows", "interface_eth0_top_flows"));
  EXPECT_THAT(Found(world, "interfaces"), ElementsAre("en-0_x", "eth0"));
}

TEST(SimPod, ListsMetricsWithTheirOptions) {
  World world;
  const Json metrics = world.Post("metrics", Json::object());
  EXPECT_EQ(Members(metrics, "value"), Found(world, ""));
  const auto options = [&](const char* name) {
    for (const Json& metric : metrics) {
      if (metric.at("value") == name) return Members(metric.at("payloads"), "name");
    }
    return std::vector<std::string>{"not there"};
  };
  EXPECT_THAT(options("interface_eth0_traffic_bps"), ElementsAre("aggregation"));
  EXPECT_THAT(options("interface_eth0_allprotocols_bps"), ElementsAre("limit", "aggregation"));
  EXPECT_THAT(options("interface_eth0_traffic_total_bytes"), IsEmpty());
  EXPECT_THAT(options("interface_eth0_top_flows"), ElementsAre("limit"));
  const Json choices = world.Post(
      "metric-payload-options",
      {{"metric", "interface_eth0_traffic_bps"}, {"payload", {}}, {"name", "aggregation"}});
  EXPECT_THAT(Members(choices, "value"), ElementsAre("avg", "min", "max", "sum", "last"));
  for (const std::string& value : Members(choices, "value")) {
    EXPECT_TRUE(timeseries::ParseAggregation(value)) << value;
  }
  EXPECT_EQ(world.Post("metric-payload-options", {{"name", "limit"}}), Json::array());
}

TEST(SimPod, AnswersVariables) {
  World world;
  const Json interfaces = world.Post("variable", {{"payload", {{"target", "interfaces"}}}});
  EXPECT_EQ(interfaces, Json::parse(R"([{"__text": "en-0_x", "__value": "en-0_x"},
                                        {"__text": "eth0", "__value": "eth0"}])"));
  const Json found = world.Post("variable", {{"payload", {{"target", "eth0_top"}}}});
  EXPECT_THAT(Members(found, "__value"), Contains("interface_eth0_top_flows"));
  EXPECT_THAT(Members(found, "__value"), Not(Contains("interface_eth0_traffic_bps")));
}

}  // namespace
}  // namespace wiregauge::grafana
