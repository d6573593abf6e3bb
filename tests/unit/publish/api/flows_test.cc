// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world.h"

namespace wiregauge::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct FilterCase {
  std::string query;
  std::vector<int> ids;

  friend std::ostream& operator<<(std::ostream& out, const FilterCase& test) {
    return out << test.query;
  }
};

class FlowFilterTest : public testing::TestWithParam<FilterCase> {};

TEST_P(FlowFilterTest, ChoosesFlows) {
  World world;
  const std::string target = "/api/v1/flows?sort=id&" + GetParam().query;
  std::vector<int> ids;
  for (const Json& id : world.Items(target, "id")) ids.push_back(id.get<int>());
  EXPECT_EQ(ids, GetParam().ids) << GetParam().query;
  EXPECT_EQ(world.GetJson(target).at("total"), ids.size());
}

INSTANTIATE_TEST_SUITE_P(
    All, FlowFilterTest,
    testing::Values(
        FilterCase{"", {1, 2, 3, 4, 5}}, FilterCase{"interface=lan", {4, 5}},
        FilterCase{"interface=lan,eth0", {1, 2, 3, 4, 5}}, FilterCase{"host=10.0.0.1", {1, 3, 4}},
        FilterCase{"host=10.0.0.1@7", {4}}, FilterCase{"host=10.0.0.1@0", {1, 3}},
        FilterCase{"host=10.0.0.0/8", {1, 2, 3, 4}}, FilterCase{"host=10.0.0.0/8@7", {4}},
        FilterCase{"host=2001:db8::/32", {5}}, FilterCase{"host=0.0.0.0/0", {1, 2, 3, 4}},
        FilterCase{"host=10.0.0.2&host=10.0.0.53", {2, 3}}, FilterCase{"client=10.0.0.2", {2}},
        FilterCase{"server=10.0.0.2", {}}, FilterCase{"server=192.0.2.0/24", {1, 2}},
        FilterCase{"port=443", {1, 2, 5}}, FilterCase{"port=443/udp", {5}},
        FilterCase{"port=1001,53", {1, 3}}, FilterCase{"port=0", {}}, FilterCase{"l4=tcp", {1, 2}},
        FilterCase{"l4=UDP,1", {3, 4, 5}}, FilterCase{"application=TLS", {1, 2}},
        FilterCase{"application=google", {1}}, FilterCase{"application=tls.google", {1}},
        FilterCase{"application=2.3", {1}}, FilterCase{"application=2", {1, 2}},
        FilterCase{"application=unknown", {5}}, FilterCase{"application=detecting", {5}},
        FilterCase{"application=dns,icmp", {3, 4}}, FilterCase{"category=web", {1, 2}},
        FilterCase{"category=1", {3, 4}}, FilterCase{"vlan=7", {4}},
        FilterCase{"vlan=0", {1, 2, 3, 5}}, FilterCase{"asn=64496", {1, 2}},
        FilterCase{"asn=64496,64500", {1, 2, 5}}, FilterCase{"asn=64496&country=FR", {}},
        FilterCase{"country=fr", {5}}, FilterCase{"asn=0&server=2001:db8::2", {5}},
        FilterCase{"pool=servers", {3}}, FilterCase{"pool=servers,guests", {2, 3}},
        FilterCase{"pool=nobody", {}}, FilterCase{"country=de", {1, 2}},
        FilterCase{"network=office", {1, 2, 3, 4, 5}}, FilterCase{"network=lan", {1, 2, 3, 4}},
        FilterCase{"network=lan&server=10.0.0.53", {3}}, FilterCase{"network=10.0.0.53/32", {3}},
        FilterCase{"network=2001:db8::/32,10.0.0.53", {3, 5}},
        FilterCase{"state=active", {2, 4, 5}}, FilterCase{"state=ended", {1, 3}},
        FilterCase{"ip_version=6", {5}}, FilterCase{"tcp_state=closed", {1}},
        FilterCase{"tcp_state=syn_sent,established", {2}}, FilterCase{"end_reason=tcp_fin", {1}},
        FilterCase{"end_reason=idle,tcp_fin", {1, 3}}, FilterCase{"risk=1", {2}},
        FilterCase{"risk=self-signed%20certificate", {2}}, FilterCase{"text=GOOGLE", {1}},
        FilterCase{"text=0.53", {3}}, FilterCase{"text=s.g", {1}}, FilterCase{"text=2001:db8", {5}},
        FilterCase{"text=dns,icmp", {3, 4}}, FilterCase{"min_bytes=550", {1, 2, 5}},
        FilterCase{"host=10.0.0.1&l4=tcp", {1}},
        FilterCase{"community_id=1:/hWQUwF5UTitUuAYcawm3do3gz0=", {3}},
        FilterCase{"community_id=1:PIpsWyIT4hy4YUFoHa2Tb1PWZuE=,1:ouzck64WQQYeQzWl0lawt5UiHEo=",
                   {1, 2}},
        FilterCase{"community_id=1:PIpsWyIT4hy4YUFoHa2Tb1PWZuE=&host=10.0.0.2", {}}));

struct BadCase {
  std::string query;
  std::string parameter;
  std::string detail;

  friend std::ostream& operator<<(std::ostream& out, const BadCase& test) {
    return out << test.query;
  }
};

class BadFlowParameterTest : public testing::TestWithParam<BadCase> {};

TEST_P(BadFlowParameterTest, IsRefusedByName) {
  World world;
  const Json problem = world.GetProblem("/api/v1/flows?" + GetParam().query, 400);
  EXPECT_EQ(problem.at("parameter"), GetParam().parameter);
  EXPECT_THAT(problem.at("detail").get<std::string>(), HasSubstr(GetParam().detail));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadFlowParameterTest,
    testing::Values(
        BadCase{"colour=red", "colour", "there are: interface, host,"},
        BadCase{"interface=eth9", "interface", "eth0, lan"},
        BadCase{"host=10.0.0", "host", "\"10.0.0\" is not an IP address or prefix"},
        BadCase{"host=10.0.0.0/33", "host", "prefix"},
        BadCase{"host=10.0.0.1@4096", "host", "@vlan"}, BadCase{"host=", "host", "empty"},
        BadCase{"client=x", "client", "IP address"}, BadCase{"server=x", "server", "IP address"},
        BadCase{"port=65536", "port", "0 to 65535"}, BadCase{"port=-1", "port", "0 to 65535"},
        BadCase{"port=1/x", "port", "protocol"}, BadCase{"l4=tcpp", "l4", "IP protocol"},
        BadCase{"l4=256", "l4", "IP protocol"},
        BadCase{"application=nope", "application", "name or id"},
        BadCase{"application=99", "application", "name or id"},
        BadCase{"category=nope", "category", "category"}, BadCase{"vlan=4096", "vlan", "4095"},
        BadCase{"asn=x", "asn", "AS number"}, BadCase{"asn=4294967296", "asn", "AS number"},
        BadCase{"country=deu", "country", "two letters"},
        BadCase{"pool=none", "pool", "there are: servers, guests, nobody"},
        BadCase{"network=offfice", "network", "\"offfice\" is not a prefix"},
        BadCase{"network=lan,nowhere", "network", "there are: office, lan"},
        BadCase{"network=10.0.0.0/33", "network", "local network's name"},
        BadCase{"state=up", "state", "active or ended"},
        BadCase{"ip_version=5", "ip_version", "4 or 6"},
        BadCase{"tcp_state=open", "tcp_state", "one of syn_sent, established"},
        BadCase{"end_reason=boredom", "end_reason", "tcp_fin"},
        BadCase{"end_reason=active_timeout", "end_reason", "tcp_fin"},
        BadCase{"risk=64", "risk", "name or id"}, BadCase{"text=,", "text", "empty"},
        BadCase{"min_bytes=-1", "min_bytes", "whole number"},
        BadCase{"community_id=1:abc", "community_id", "Community ID of version 1"},
        BadCase{"limit=0", "limit", "from 1 to 10000"},
        BadCase{"limit=10001", "limit", "from 1 to 10000"},
        BadCase{"limit=1&limit=2", "limit", "more than once"},
        BadCase{"sort=colour", "sort", "there are: id, vlan"},
        BadCase{"sort=--id", "sort", "sort by"}, BadCase{"fields=id,colour", "fields", "colour"},
        BadCase{"fields=", "fields", "empty"}, BadCase{"cursor=%20", "cursor", "next_cursor"},
        BadCase{"cursor=AAAA", "cursor", "next_cursor"}));

// Gives the flow 5 metadata that hold each text once.
void TellEverything(World& world) {
  auto metadata = std::make_shared<model::FlowMetadata>();
  metadata->server_name = "asked.example.org";
  model::HttpMetadata http;
  http.host = "Shop.example.org:8080";
  http.url = "/Basket?item=1";
  http.user_agent = "Browser/1.0 (X11)";
  http.method = "OPTIONS";
  metadata->http = std::make_unique<const model::HttpMetadata>(http);
  model::DnsMetadata dns;
  dns.query = "Zone.test";
  metadata->dns = std::make_unique<const model::DnsMetadata>(dns);
  model::TlsMetadata tls;
  tls.server_name = "sni.test";
  tls.subject = "O=Subject, CN=x";
  tls.issuer = "O=Issuer";
  tls.alternative_names = {"first.test", "*.Second.test"};
  metadata->tls = std::make_unique<const model::TlsMetadata>(tls);
  model::QuicMetadata quic;
  quic.server_name = "quic.test";
  metadata->quic = std::make_unique<const model::QuicMetadata>(quic);
  model::SshMetadata ssh;
  ssh.client = "SSH-2.0-Client";
  ssh.server = "SSH-2.0-Daemon";
  metadata->ssh = std::make_unique<const model::SshMetadata>(ssh);
  model::DhcpMetadata dhcp;
  dhcp.host_name = "Laptop";
  metadata->dhcp = std::make_unique<const model::DhcpMetadata>(dhcp);
  metadata->netbios =
      std::make_unique<const model::NetbiosMetadata>(model::NetbiosMetadata{.name = "FILES"});
  auto batch = std::make_shared<model::FlowBatch>(*world.tables().active_flows[0]);
  for (model::FlowRecord& flow : *batch) {
    if (flow.id == 5) flow.metadata = metadata;
  }
  world.tables().active_flows = {batch};
}

TEST(FlowsTest, TextIsLookedForInWhatWasRead) {
  World world;
  TellEverything(world);
  for (const char* text : {"asked.EXAMPLE", "shop.example.org:80", "basket?item", "browser/1",
                           "zone.TEST", "sni.test", "o=subject", "FIRST.test", "*.second",
                           "quic.test", "2.0-client", "2.0-DAEMON", "lapTOP", "files"}) {
    EXPECT_THAT(world.Items("/api/v1/flows?text=" + std::string(text), "id"), ElementsAre(5))
        << text;
  }
  for (const char* text : {"issuer", "options", "shop.example.org/"}) {
    EXPECT_THAT(world.Items("/api/v1/flows?text=" + std::string(text), "id"), testing::IsEmpty())
        << text;
  }
}

TEST(FlowsTest, NewestFirst) {
  World world;
  EXPECT_THAT(world.Items("/api/v1/flows", "id"), ElementsAre(5, 4, 3, 2, 1));
}

TEST(FlowsTest, ByNumberAndUnknownLast) {
  World world;
  EXPECT_THAT(world.Items("/api/v1/flows?sort=-bytes", "id"), ElementsAre(2, 1, 5, 4, 3));
  EXPECT_THAT(world.Items("/api/v1/flows?sort=bytes", "id"), ElementsAre(3, 4, 5, 1, 2));
  EXPECT_THAT(world.Items("/api/v1/flows?sort=handshake_rtt_ms", "id"), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(world.Items("/api/v1/flows?sort=-handshake_rtt_ms", "id"),
              ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(world.Items("/api/v1/flows?sort=-server.port", "id"), ElementsAre(1, 2, 5, 3, 4));
}

TEST(FlowsTest, FieldsChoose) {
  World world;
  const Json page = world.GetJson("/api/v1/flows?fields=id,client.ip&host=10.0.0.2");
  EXPECT_EQ(page.at("items"), (Json{{{"id", 2}, {"client", {{"ip", "10.0.0.2"}}}}}));
}

TEST(FlowsTest, EndsAreInTheirNetworks) {
  World world;
  const Json flow = world.GetJson("/api/v1/flows/3");
  EXPECT_EQ(flow["client"]["network"], "lan");  // the smaller one of two
  EXPECT_EQ(flow["server"]["network"], "office");
  EXPECT_TRUE(world.GetJson("/api/v1/flows/1")["server"]["network"].is_null());
}

TEST(FlowsTest, One) {
  World world;
  EXPECT_EQ(world.GetJson("/api/v1/flows/2").at("client").at("ip"), "10.0.0.2");
  EXPECT_EQ(world.GetJson("/api/v1/flows/2?fields=id"), (Json{{"id", 2}}));
  EXPECT_EQ(world.GetProblem("/api/v1/flows/99", 404).at("parameter"), "id");
  EXPECT_THAT(world.GetProblem("/api/v1/flows/99", 404).at("detail").get<std::string>(),
              HasSubstr("flow 99"));
  EXPECT_EQ(world.GetProblem("/api/v1/flows/x", 400).at("parameter"), "id");
  EXPECT_EQ(world.GetProblem("/api/v1/flows/2?x=1", 400).at("parameter"), "x");
}

TEST(FlowsTest, OfAHost) {
  World world;
  EXPECT_THAT(world.Items("/api/v1/hosts/10.0.0.1/flows", "id"), ElementsAre(3, 1));
  EXPECT_THAT(world.Items("/api/v1/hosts/10.0.0.1@7/flows", "id"), ElementsAre(4));
  EXPECT_THAT(world.Items("/api/v1/hosts/10.0.0.1/flows?l4=udp", "id"), ElementsAre(3));
  EXPECT_THAT(world.GetProblem("/api/v1/hosts/10.9.9.9/flows", 404).at("detail").get<std::string>(),
              HasSubstr("10.9.9.9"));
}

}  // namespace
}  // namespace wiregauge::api
