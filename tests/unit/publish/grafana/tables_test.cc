// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world.h"

namespace wiregauge::grafana {
namespace {

constexpr int64_t kStart = World::kStart;

std::vector<std::string> Column(const Json& table, size_t index) {
  std::vector<std::string> values;
  for (const Json& row : table.at("rows")) values.push_back(row.at(index).get<std::string>());
  return values;
}

Json FilteredBy(const char* key, const char* op, const char* value) {
  return {{"adhocFilters", {{{"key", key}, {"operator", op}, {"value", value}}}}};
}

TEST(Tables, TopHostsAndApplicationsAreOfTheRange) {
  World world;
  const Json hosts = world.Query("interface_eth0_top_hosts");
  ASSERT_EQ(hosts.size(), 1U);
  EXPECT_EQ(hosts[0], Json::parse(R"({"type": "table", "refId": "A", "columns": [
      {"text": "Host", "type": "string"}, {"text": "Bytes", "type": "number"},
      {"text": "Bits per second", "type": "number"}],
      "rows": [["192.0.2.1", 1320, 88], ["2001:db8::1@42", 132, 8.8]]})"));
  const Json applications = world.Query("interface_eth0_top_applications",
                                        {{"range", {{"from", kStart}, {"to", kStart + 60}}}});
  EXPECT_EQ(applications.at(0).at("rows"), Json::array({{"TLS", 6000, 800.0}, {"DNS", 60, 8.0}}));
}

TEST(Tables, TopFlowsAreThoseOfTheRange) {
  World world;
  const Json flows = world.Query("interface_eth0_top_flows");
  ASSERT_EQ(flows.size(), 1U);
  EXPECT_EQ(flows[0].at("columns").at(0), Json({{"text", "Time"}, {"type", "time"}}));
  EXPECT_EQ(flows[0].at("rows"),
            Json::array({{(kStart + 2) * 1000, "192.0.2.1", 1002, "198.51.100.1", 443, "TCP", "TLS",
                          2200, 15, "active"},
                         {(kStart + 1) * 1000, "192.0.2.1", 1001, "198.51.100.1", 443, "TCP", "TLS",
                          1100, 15, "ended"},
                         {(kStart + 4) * 1000, "192.0.2.1@7", nullptr, "192.0.2.9@7", nullptr,
                          "ICMP", "ICMP", 440, 15, "active"},
                         {(kStart + 3) * 1000, "192.0.2.2", 1003, "198.51.100.53", 53, "UDP", "DNS",
                          330, 15, "ended"}}));
  for (const Json& row : flows[0].at("rows")) {
    EXPECT_EQ(row.size(), flows[0].at("columns").size());
  }
  const Json later = {{"range", {{"from", kStart + 3}, {"to", kStart + 60}}}};
  EXPECT_EQ(world.Query("interface_eth0_top_flows", later).at(0).at("rows").size(), 2U);
  const Json before = {{"range", {{"from", kStart - 60}, {"to", kStart}}}};
  EXPECT_EQ(world.Query("interface_eth0_top_flows", before).at(0).at("rows").size(), 0U);
  EXPECT_EQ(world.Query("interface_en-0_x_top_flows").at(0).at("rows").size(), 0U);
}

TEST(Tables, HonourLimitAndFilters) {
  World world;
  const Json target = {{"target", "interface_eth0_top_*"}, {"payload", {{"limit", 1}}}};
  for (const Json& table : world.Query("", {{"targets", {target}}})) {
    EXPECT_EQ(table.at("rows").size(), 1U);
  }
  const auto servers = [&](const char* key, const char* op, const char* value) {
    const Json answer = world.Query("interface_eth0_top_flows", FilteredBy(key, op, value));
    return Column(answer.at(0), 3);
  };
  using ::testing::ElementsAre;
  EXPECT_THAT(servers("host", "=", "192.0.2.9@7"), ElementsAre("192.0.2.9@7"));
  EXPECT_THAT(servers("host", "!=", "192.0.2.1"), ElementsAre("192.0.2.9@7", "198.51.100.53"));
  EXPECT_THAT(servers("application", "=~", "^D"), ElementsAre("198.51.100.53"));
  for (const char* const udp : {"udp", "UDP"}) {
    EXPECT_THAT(servers("l4", "=", udp), ElementsAre("198.51.100.53"));
    EXPECT_EQ(servers("l4", "!=", udp).size(), 3U);
    EXPECT_THAT(servers("l4", "=~", udp), ElementsAre("198.51.100.53"));
    EXPECT_EQ(servers("l4", "!~", udp).size(), 3U);
  }
  EXPECT_THAT(servers("vlan", ">", "0"), ElementsAre("192.0.2.9@7"));
  EXPECT_THAT(servers("network", "=", "office"), ElementsAre("198.51.100.1"));
  EXPECT_THAT(servers("country", "!=", "none"), ElementsAre());
  EXPECT_THAT(servers("interface", "=", "en-0_x"), ElementsAre());
  EXPECT_EQ(servers("direction", "=", "local_to_local").size(), 4U);
  const Json hosts = world.Query("interface_eth0_top_hosts", FilteredBy("host", "!~", "192"));
  EXPECT_THAT(Column(hosts.at(0), 0), ElementsAre("2001:db8::1@42"));
}

TEST(Tables, OfOneRequestHaveTheirOwnLimits) {
  World world;
  for (const char* const name : {"interface_eth0_top_flows", "interface_eth0_top_hosts"}) {
    Json targets = Json::array();
    for (const int limit : {1, 2, 1}) {
      targets.push_back({{"target", name}, {"payload", {{"limit", limit}}}});
    }
    const Json answer = world.Query("", {{"targets", targets}});
    ASSERT_EQ(answer.size(), 3U);
    EXPECT_EQ(answer[1].at("rows").size(), 2U);
    EXPECT_EQ(answer[0].at("rows"), Json::array({answer[1].at("rows").at(0)}));
    EXPECT_EQ(answer[2], answer[0]);
  }
}

TEST(Tables, WithoutHistoryThereAreFlows) {
  World world(false);
  EXPECT_EQ(world.Query("interface_*"), world.Query("interface_{en-0_x,eth0}_top_flows"));
  EXPECT_EQ(world.Query("interface_eth0_top_flows").at(0).at("rows").size(), 4U);
  EXPECT_EQ(world.Query("interface_eth0_traffic_bps"), Json::array());
}

}  // namespace
}  // namespace wiregauge::grafana
