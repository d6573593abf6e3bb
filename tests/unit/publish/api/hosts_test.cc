// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "world.h"

namespace wiregauge::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

TEST(HostsTest, SumOfSentIsWhatIsInFlows) {
  World world;
  uint64_t sent = 0;
  for (const Json& bytes : world.Items("/api/v1/hosts", "bytes_sent"))
    sent += bytes.get<uint64_t>();
  EXPECT_EQ(sent, 4620U);
}

TEST(HostsTest, FiltersAndOrders) {
  World world;
  EXPECT_THAT(world.Items("/api/v1/hosts?interface=lan&sort=-bytes_sent", "host"),
              ElementsAre("2001:db8::1", "10.0.0.1@7", "2001:db8::2", "10.0.0.9@7"));
  EXPECT_THAT(world.Items("/api/v1/hosts?limit=2", "host"), ElementsAre("192.0.2.1", "10.0.0.2"));
  EXPECT_THAT(world.Items("/api/v1/hosts?local=false&interface=eth0", "host"),
              ElementsAre("192.0.2.1"));
  EXPECT_THAT(world.Items("/api/v1/hosts?vlan=7&text=0.9", "host"), ElementsAre("10.0.0.9@7"));
  EXPECT_THAT(world.Items("/api/v1/hosts?network=192.0.2.0/24", "ip"), ElementsAre("192.0.2.1"));
  EXPECT_THAT(world.Items("/api/v1/hosts?host=192.0.2.1,10.0.0.9@7", "host"),
              UnorderedElementsAre("192.0.2.1", "10.0.0.9@7"));
  EXPECT_EQ(world.GetProblem("/api/v1/hosts?host=somewhere", 400).at("parameter"), "host");
  EXPECT_THAT(world.Items("/api/v1/hosts?ip_version=6", "ip"),
              UnorderedElementsAre("2001:db8::1", "2001:db8::2"));
  EXPECT_THAT(world.Items("/api/v1/hosts?active=false", "ip"), ElementsAre());
  EXPECT_EQ(world.GetProblem("/api/v1/hosts?ip_version=5", 400).at("parameter"), "ip_version");
  EXPECT_THAT(world.Items("/api/v1/hosts?network=lan&interface=eth0", "ip"),
              UnorderedElementsAre("10.0.0.1", "10.0.0.2"));
  EXPECT_THAT(world.Items("/api/v1/hosts?text=10.0.0.53", "network"), ElementsAre("office"));
  EXPECT_EQ(world.GetJson("/api/v1/hosts/10.0.0.1")["network"], "lan");
  EXPECT_TRUE(world.GetJson("/api/v1/hosts/192.0.2.1")["network"].is_null());
  EXPECT_EQ(world.GetProblem("/api/v1/hosts?network=nowhere", 400).at("parameter"), "network");
  EXPECT_EQ(world.GetProblem("/api/v1/hosts?local=maybe", 400).at("parameter"), "local");
  EXPECT_THAT(world.Items("/api/v1/hosts?mac_vendor=zeta", "host"), ElementsAre("10.0.0.2"));
  EXPECT_THAT(world.Items("/api/v1/hosts?text=ZETA", "mac_vendor"), ElementsAre("Zeta, Inc"));
  EXPECT_EQ(world.Items("/api/v1/hosts?sort=mac_vendor", "host")[0], "10.0.0.2");
  EXPECT_EQ(world.GetProblem("/api/v1/hosts?mac=1", 400).at("parameter"), "mac");
}

TEST(HostsTest, StandInTheOrderOfTheirAddresses) {
  World world;
  std::vector<model::HostRecord>& hosts = world.tables().hosts;
  hosts.clear();
  const std::vector<std::string> ascending = {
      "9.255.255.255", "10.0.0.1", "10.0.0.1@7",       "10.0.0.2",    "10.0.0.10",
      "255.0.0.1",     "::1",      "2001:db8::1",      "2001:db8::2", "2001:db8::10",
      "2001:db8:1::",  "fe80::1",  "fe80::ffff:0:0:1", "ff02::1"};
  for (const std::string& name :
       {ascending[13], ascending[2], ascending[9], ascending[0], ascending[8], ascending[4],
        ascending[12], ascending[6], ascending[1], ascending[11], ascending[7], ascending[3],
        ascending[10], ascending[5]}) {
    model::HostRecord host;
    host.ip = *IpAddress::Parse(name.substr(0, name.find('@')));
    host.vlan = name.ends_with("@7") ? 7 : 0;
    // Interfaces do not come before addresses.
    host.interface_index = hosts.size() % 2;
    hosts.push_back(host);
  }
  for (const bool descending : {false, true}) {
    std::vector<std::string> expected = ascending;
    if (descending) std::reverse(expected.begin(), expected.end());
    const std::string sort = std::string("sort=") + (descending ? "-" : "") + "ip";
    for (const std::string limit : {"1", "3", "14", "100"}) {
      std::vector<std::string> walked;
      std::string cursor;
      do {
        const Json page = world.GetJson("/api/v1/hosts?" + sort + "&limit=" + limit + cursor);
        for (const Json& item : page["items"]) walked.push_back(item["host"]);
        cursor = page["next_cursor"].is_null()
                     ? ""
                     : "&cursor=" + page["next_cursor"].get<std::string>();
      } while (!cursor.empty());
      EXPECT_EQ(walked, expected) << sort << " " << limit;
    }
  }
}

TEST(HostsTest, OneIsSummedOverInterfaces) {
  World world;
  model::HostRecord again = world.tables().hosts[0];
  again.interface_index = 1;
  world.tables().hosts.push_back(again);
  const Json both = world.GetJson("/api/v1/hosts/10.0.0.1");
  EXPECT_TRUE(both.at("interface").is_null());
  EXPECT_EQ(both.at("bytes_sent"), 2600);
  const Json one = world.GetJson("/api/v1/hosts/10.0.0.1?interface=eth0");
  EXPECT_EQ(one.at("interface"), "eth0");
  EXPECT_EQ(one.at("bytes_sent"), 1300);
}

TEST(HostsTest, IsNamedByAddressAndVlan) {
  World world;
  EXPECT_EQ(world.GetJson("/api/v1/hosts/10.0.0.1%407").at("vlan"), 7);
  EXPECT_EQ(world.GetJson("/api/v1/hosts/2001:db8::1").at("host"), "2001:db8::1");
  EXPECT_EQ(world.GetJson("/api/v1/hosts/2001%3Adb8%3A%3A1").at("host"), "2001:db8::1");
  EXPECT_THAT(world.GetProblem("/api/v1/hosts/10.0.0.9", 404).at("detail").get<std::string>(),
              HasSubstr("There is 10.0.0.9@7."));
  EXPECT_EQ(world.GetProblem("/api/v1/hosts/nobody", 400).at("parameter"), "host");
}

TEST(HostDetailsTest, ApplicationsHoldEndedAndActiveFlows) {
  World world;
  const Json page = world.GetJson("/api/v1/hosts/192.0.2.1/applications?sort=-bytes");
  ASSERT_EQ(page.at("items").size(), 2U);
  EXPECT_EQ(page.at("items")[0].at("name"), "TLS");  // flow 2 is active
  EXPECT_EQ(page.at("items")[0].at("bytes_received"), 2000);
  EXPECT_EQ(page.at("items")[1].at("name"), "Google");  // flow 1 has ended
  EXPECT_EQ(page.at("items")[1].at("flows"), 1);
  EXPECT_EQ(page.at("other").at("bytes"), 0);
}

TEST(HostDetailsTest, PortsTellTheRole) {
  World world;
  const Json ports = world.GetJson("/api/v1/hosts/10.0.0.1/ports").at("items");
  ASSERT_EQ(ports.size(), 2U);
  EXPECT_EQ(ports[0].at("port"), 443);
  EXPECT_EQ(ports[0].at("role"), "client");
  EXPECT_EQ(ports[1].at("l4").at("name"), "UDP");
  EXPECT_EQ(world.GetJson("/api/v1/hosts/192.0.2.1/ports").at("items")[0].at("role"), "server");
}

TEST(HostDetailsTest, Peers) {
  World world;
  EXPECT_THAT(world.Items("/api/v1/hosts/10.0.0.1@7/peers", "host"), ElementsAre("10.0.0.9@7"));
  EXPECT_THAT(world.Items("/api/v1/hosts/192.0.2.1/peers?sort=bytes", "ip"),
              ElementsAre("10.0.0.1", "10.0.0.2"));
}

TEST(HostDetailsTest, PacketSizes) {
  World world;
  world.tables().hosts[0].sent_sizes.Add(60);
  const Json tcp = world.GetJson("/api/v1/hosts/10.0.0.1/tcp");
  EXPECT_EQ(tcp["host"], "10.0.0.1");
  for (const char* const direction : {"sent", "received"}) {
    EXPECT_EQ(tcp[direction]["retransmitted_packets"], 0);
  }
  const Json packets = world.GetJson("/api/v1/hosts/10.0.0.1/packets");
  EXPECT_EQ(packets.at("sent")[0], (Json{{"upper_bound_bytes", 64}, {"packets", 1}}));
  EXPECT_EQ(packets.at("received").back(), (Json{{"upper_bound_bytes", nullptr}, {"packets", 0}}));
}

TEST(HostDetailsTest, DnsAndHttp) {
  World world;
  auto dns = std::make_shared<model::HostDns>();
  dns->as_client.queries[0] = 3;
  dns->as_server.responses[3] = 1;
  auto http = std::make_shared<model::HostHttp>();
  http->as_server.requests[0] = 5;
  http->virtual_hosts.Add("rare.example.org", 1);
  http->virtual_hosts.Add("www.example.org", 4);
  world.tables().hosts[0].dns = dns;
  world.tables().hosts[0].http = http;
  const Json d = world.GetJson("/api/v1/hosts/10.0.0.1/dns");
  EXPECT_EQ(d["as_client"]["queries_sent"]["total"], 3);
  EXPECT_EQ(d["as_client"]["queries_sent"]["by_type"]["a"], 3);
  EXPECT_EQ(d["as_server"]["responses_sent"]["errors"], 1);
  EXPECT_EQ(d["as_server"]["responses_sent"]["by_response_code"]["nxdomain"], 1);
  const Json h = world.GetJson("/api/v1/hosts/10.0.0.1/http");
  EXPECT_EQ(h["as_server"]["requests_received"]["by_method"]["get"], 5);
  EXPECT_EQ(h["virtual_hosts"]["named"][0]["name"], "www.example.org");
  EXPECT_EQ(h["virtual_hosts"]["other_requests"], 0);
  // Who speaks none has counted none.
  EXPECT_EQ(world.GetJson("/api/v1/hosts/192.0.2.1/dns")["as_client"]["queries_sent"]["total"], 0);
}

TEST(HostDetailsTest, Names) {
  World world;
  auto names = std::make_shared<model::HostNames>();
  names->Tell(model::NameSource::kDns, "zone.example.org", World::Start());
  names->Tell(model::NameSource::kMdns, "self.local", World::Start());
  for (model::HostRecord& host : world.tables().hosts) {
    if (host.ip == *IpAddress::Parse("192.0.2.1")) host.names = names;
  }
  world.tables().names.Add({*IpAddress::Parse("192.0.2.1"), 0, 0, names});
  const Json host = world.GetJson("/api/v1/hosts/192.0.2.1");
  EXPECT_EQ(host["name"], "self.local");
  EXPECT_EQ(host["name_source"], "mdns");
  EXPECT_EQ(host["names"].size(), 2u);
  EXPECT_EQ(host["names"][1]["source"], "dns");
  EXPECT_EQ(world.GetJson("/api/v1/hosts/10.0.0.1")["name"], nullptr);
  EXPECT_THAT(world.Items("/api/v1/hosts?text=ZONE.example", "ip"), ElementsAre("192.0.2.1"));
  EXPECT_EQ(world.GetJson("/api/v1/hosts/10.0.0.2/peers").at("items")[0].at("name"), "self.local");
  EXPECT_THAT(world.Items("/api/v1/flows?text=self.LOCAL&sort=id", "id"), ElementsAre(1, 2));
  EXPECT_EQ(world.GetJson("/api/v1/flows/2")["server"]["name"], "self.local");
  EXPECT_EQ(world.GetJson("/api/v1/flows/2")["client"]["name"], nullptr);
}

TEST(HostDetailsTest, TcpFlags) {
  World world;
  world.tables().hosts[0].tcp_flags_sent = {4, 0, 3, 2};
  const Json tcp = world.GetJson("/api/v1/hosts/10.0.0.1/tcp");
  EXPECT_EQ(tcp["sent"]["syn_packets"], 4);
  EXPECT_EQ(tcp["sent"]["syn_ack_packets"], 0);
  EXPECT_EQ(tcp["sent"]["fin_packets"], 3);
  EXPECT_EQ(tcp["sent"]["rst_packets"], 2);
  EXPECT_EQ(tcp["received"]["rst_packets"], 0);
}

TEST(HostDetailsTest, IcmpByTypeAndCode) {
  World world;
  auto details = std::make_shared<model::HostDetails>();
  details->icmp.RowOf({1, 8, 0}).sent = {5, 420};
  details->icmp.RowOf({1, 3, 3}).received = {7, 700};
  details->icmp.RowOf({1, 201, 9}).received = {1, 60};
  details->icmp.other.received = {1, 1500};
  world.tables().hosts[0].details = details;
  const Json page = world.GetJson("/api/v1/hosts/10.0.0.1/icmp");
  ASSERT_EQ(page.at("items").size(), 3U);
  EXPECT_EQ(page.at("items")[0].at("type_name"), "Destination Unreachable");
  EXPECT_EQ(page.at("items")[0].at("code_name"), "Port Unreachable");
  EXPECT_EQ(page.at("items")[0].at("packets_received"), 7);
  EXPECT_EQ(page.at("items")[1].at("l4"), (Json{{"id", 1}, {"name", "ICMP"}}));
  EXPECT_EQ(page.at("items")[1].at("bytes"), 420);
  EXPECT_TRUE(page.at("items")[1].at("code_name").is_null());
  EXPECT_TRUE(page.at("items")[2].at("type_name").is_null());
  EXPECT_EQ(page.at("other").at("bytes_received"), 1500);
  EXPECT_THAT(world.Items("/api/v1/hosts/10.0.0.1/icmp?sort=type&limit=2", "type"),
              ElementsAre(3, 8));
  EXPECT_EQ(world.GetJson("/api/v1/hosts/10.0.0.2/icmp").at("total"), 0);
}

TEST(HostDetailsTest, ActivityIsToldInPeriods) {
  World world;
  model::OlderMinutes older;
  const uint32_t minute = model::MinuteOf(World::Start());
  for (const uint32_t ago : {30U, 2U, 1U, 0U}) {
    world.tables().hosts[0].activity.Mark(minute - ago, older);
  }
  const Json activity = world.GetJson("/api/v1/hosts/10.0.0.1/activity");
  EXPECT_EQ(activity.at("from"), "2023-11-13T22:14:00.000000Z");
  EXPECT_EQ(activity.at("to"), "2023-11-14T22:14:00.000000Z");
  EXPECT_EQ(activity.at("active_minutes"), 4);
  EXPECT_EQ(activity.at("periods"),
            (Json::array({{{"from", "2023-11-14T21:43:00.000000Z"}, {"minutes", 1}},
                          {{"from", "2023-11-14T22:11:00.000000Z"}, {"minutes", 3}}})));
  world.tables().interfaces[0].counters.now = Timestamp(std::chrono::minutes(minute + 1));
  EXPECT_EQ(world.GetJson("/api/v1/hosts/10.0.0.1/activity").at("to"),
            "2023-11-14T22:15:00.000000Z");
  EXPECT_EQ(world.GetJson("/api/v1/hosts/10.0.0.2/activity").at("active_minutes"), 0);
}

TEST(HostsTest, ContactsAndLowGoodput) {
  World world;
  auto details = std::make_shared<model::HostDetails>();
  for (const uint32_t hash : {1U, 2U, 3U}) details->contacts_as_client.Add(hash);
  details->contacts_as_server.Add(9U);
  world.tables().hosts[1].details = details;
  world.tables().hosts[1].low_goodput_flows_as_server = 5;
  const Json host =
      world.GetJson("/api/v1/hosts?sort=-contacts_as_client&limit=1").at("items").at(0);
  EXPECT_EQ(host.at("contacts_as_client"), 3);
  EXPECT_EQ(host.at("contacts_as_server"), 1);
  EXPECT_EQ(host.at("low_goodput_flows_as_client"), 0);
  EXPECT_THAT(world.Items("/api/v1/hosts?sort=-low_goodput_flows_as_server&limit=1", "host"),
              ElementsAre(host.at("host")));
}

TEST(HostDetailsTest, UnknownHostIs404Everywhere) {
  World world;
  for (const std::string table : {"", "/applications", "/ports", "/peers", "/flows", "/packets",
                                  "/tcp", "/dns", "/http", "/icmp", "/activity"}) {
    EXPECT_THAT(
        world.GetProblem("/api/v1/hosts/10.8.8.8" + table, 404).at("detail").get<std::string>(),
        HasSubstr("10.8.8.8"));
    EXPECT_EQ(world.GetProblem("/api/v1/hosts/10.0.0.1" + table + "?x=1", 400).at("parameter"),
              "x");
  }
}

}  // namespace
}  // namespace wiregauge::api
