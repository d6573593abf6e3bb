// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/alerts/alert_folder.h"
#include "unit/publish/lua/compat/world.h"

namespace wiregauge::lua::compat {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CompatHostsTest : public ::testing::Test {
 protected:
  // With `column(key, ...)`: a column of the rows in order, as a text.
  std::string Print(const std::string& script) {
    return world_.Print(
        "function column(key, ...) local texts = {} for _, host in "
        "ipairs(interface.getHostsInfo(...).hosts_sorted) do texts[#texts + 1] = "
        "tostring(host[key]) end return table.concat(texts, ' ') end " +
        script);
  }

  World world_;
};

TEST_F(CompatHostsTest, HostsByAddressAndVlan) {
  EXPECT_EQ(Print("interface.select('vlan') local all = interface.getHostsInfo() "
                  "print(all.numHosts, all.hosts['10.0.0.1'].vlan, all.hosts['10.0.0.1@10'].vlan, "
                  "all.hosts['10.0.0.1@10'].ip, all.hosts['10.0.0.1@30'], #all.hosts_sorted)"),
            "6\t0\t10\t10.0.0.1\tnil\t6");
  EXPECT_EQ(Print("local all = interface.getHostsInfo() "
                  "print(rawequal(all.hosts['10.0.0.1'], all.hosts_sorted[1]))"),
            "true");
}

TEST_F(CompatHostsTest, MapsStayObjectsWhenTheyAreEmpty) {
  EXPECT_EQ(Print("print(json.encode(interface.getHostsInfo(true, 'ip', 1, 1000)))"),
            R"({"hosts":{},"hosts_sorted":[],"numHosts":5})");
  EXPECT_EQ(Print("print(json.encode(interface.findHost('nobody')), "
                  "json.encode(interface.getnDPIStats('192.0.2.99')), "
                  "json.encode(interface.getHostInfo('10.0.0.1').http.virtual_hosts), "
                  "json.encode(interface.getMacHosts('02:ff:ff:ff:ff:ff')))"),
            R"({}	{"ndpi":{}}	{}	{})");
}

TEST_F(CompatHostsTest, TellAlertsWhenTheyAreKept) {
  EXPECT_EQ(Print("print(interface.getHostInfo('10.0.0.1').num_alerts)"), "nil");
  alerts::AlertFolder folder(world_.clock);
  alerts::AlertBook& book = folder.book();
  world_.services.alerts = &book;
  ASSERT_TRUE(book.Raise({.type = "scans",
                          .severity = model::Severity::kWarning,
                          .subject = {.kind = model::SubjectKind::kHost,
                                      .interface = "eth0",
                                      .name = "10.0.0.2"},
                          .text = "It scans.",
                          .details = {},
                          .source = "test",
                          .value = {},
                          .threshold = {}})
                  .ok());
  EXPECT_EQ(Print("local host = interface.getHostInfo('10.0.0.2') "
                  "print(host.num_alerts, host.total_alerts)"),
            "1\t1");
  EXPECT_EQ(Print("print(column('ip', true, 'column_alerts', 1, 0, false), "
                  "column('num_alerts', true, 'total_alerts', 1, 0, true))"),
            "10.0.0.2\t0");
  world_.services.alerts = nullptr;
}

TEST_F(CompatHostsTest, AnEmptyVlanIsNone) {
  EXPECT_EQ(Print("print(interface.getHostInfo('10.0.0.1', '').vlan)"), "0");
  EXPECT_THAT(Print("interface.getHostInfo('10.0.0.1', 9999)"),
              HasSubstr("is to be a whole number from 0 to 4095, not 9999"));
  EXPECT_THAT(Print("interface.getHostInfo('10.0.0.1', 9999)"), Not(HasSubstr("9999.0")));
}

TEST_F(CompatHostsTest, SortsByEveryColumnBothWays) {
  EXPECT_EQ(Print("print(column('ip', true, 'column_ip'))"),
            "10.0.0.1 10.0.0.2 2001:db8::1 2001:db8::2 ff02::1:ff00:2");
  EXPECT_EQ(Print("print(column('ip', true, 'ip', 2, 1, false))"), "2001:db8::2 2001:db8::1");
  EXPECT_EQ(Print("print(column('name', true, 'name', 1))"), "www.example.org");
  const std::string check =
      "for _, prefix in ipairs({'', 'column_'}) do for _, up in ipairs({true, false}) do "
      "local all = interface.getHostsInfo(true, prefix .. name, 100, 0, up).hosts_sorted "
      "for i = 2, #all do local a, b = value(all[i - 1]), value(all[i]) "
      "if a and b then assert(up and a <= b or not up and a >= b, name) end end end end ";
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"vlan", "h.vlan"},
           {"since", "h['seen.first']"},
           {"thpt", "h.throughput_bps"},
           {"traffic", "h['bytes.sent'] + h['bytes.rcvd']"},
           {"traffic_sent", "h['bytes.sent']"},
           {"traffic_rcvd", "h['bytes.rcvd']"},
           {"uploaders", "h['bytes.sent']"},
           {"downloaders", "h['bytes.rcvd']"},
           {"num_flows", "h['active_flows.as_client'] + h['active_flows.as_server']"},
           {"local_network_id", "h.local_network_id"},
           {"local_network", "h.local_network_name"},
           {"mac", "h.mac"},
           {"pool_id", "h.host_pool_id"},
           {"asn", "h.asn > 0 and h.asn or nil"},
           {"country", "h.country"},
           {"total_num_retx_sent", "h['tcpPacketStats.sent'].retransmissions"}}) {
    for (const std::string interface : {"eth0", "dns", "vlan"}) {
      EXPECT_EQ(Print("interface.select('" + interface + "') local name = '" + name +
                      "' local function value(h) return " + value + " end " + check),
                "");
    }
  }
}

TEST_F(CompatHostsTest, PagesShowEachRowOnce) {
  EXPECT_EQ(Print("interface.select('dns') local seen, rows = {}, 0 for skip = 0, 20, 2 do "
                  "local page = interface.getHostsInfo(false, 'column_traffic', 2, skip, false) "
                  "assert(page.numHosts == 9) for key, host in pairs(page.hosts) do "
                  "assert(not seen[key]) seen[key] = true rows = rows + 1 end end print(rows)"),
            "9");
}

TEST_F(CompatHostsTest, BatchesGoOnUntilThereIsNoSlot) {
  EXPECT_EQ(Print("interface.select('dns') for _, name in ipairs({'', 'Local', 'Remote'}) do "
                  "local slot, rows = 0, 0 repeat local batch = interface['getBatched' .. name .. "
                  "'HostsInfo'](slot, true, 2) for _ in pairs(batch.hosts) do rows = rows + 1 end "
                  "slot = batch.nextSlot until slot == nil print(rows) print(' ') end"),
            "9 4 5 ");
}

TEST_F(CompatHostsTest, Filters) {
  const auto hosts = [&](const std::string& interface, const std::string& arguments) {
    return Print("interface.select('" + interface + "') print(column('ip', " + arguments + "))");
  };
  EXPECT_EQ(hosts("vlan", "true, 'ip', 100, 0, true, nil, nil, 20"), "10.0.0.1 192.0.2.80");
  EXPECT_EQ(hosts("dns", "true, 'ip', 100, 0, true, nil, nil, nil, nil, 0"),
            "10.0.0.2 2001:db8::1 2001:db8::2");
  EXPECT_EQ(hosts("dns", "true, 'ip', 100, 0, true, nil, nil, nil, nil, -1, nil, nil, 4"),
            "192.0.2.53 224.0.0.251");
  EXPECT_EQ(hosts("eth0", "{mac = '02:00:00:00:00:02'}"), "10.0.0.2 2001:db8::2");
  EXPECT_EQ(hosts("eth0", "{ipversion = 4, sortColumn = 'column_ip', a2zSortOrder = false}"),
            "10.0.0.2 10.0.0.1");
  EXPECT_EQ(hosts("dns", "{l7proto = 'MDNS'}"), "10.0.0.1 224.0.0.251");
  EXPECT_EQ(hosts("dns", "true, 'ip', 9, 0, true, '', '', '', '', -2, '', '', 0, 'MDNS'"),
            "10.0.0.1 224.0.0.251");
  EXPECT_EQ(hosts("eth0", "{cidr = '10.0.0.0/24'}"), "10.0.0.1 10.0.0.2");
  EXPECT_EQ(hosts("eth0", "{traffic_type = 1}"), "ff02::1:ff00:2");
  EXPECT_EQ(hosts("eth0", "{pool = 1}"), "10.0.0.2");
  EXPECT_THAT(hosts("eth0", "{os = 'Linux'}"), HasSubstr("options.os cannot be answered"));
  EXPECT_THAT(hosts("eth0", "{l7proto = 'Nonsense'}"), HasSubstr("l7proto is to be"));
  EXPECT_THAT(hosts("eth0", "true, 'ip', 9, 0, true, nil, 'Linux'"),
              HasSubstr("os (argument 7) cannot be answered"));
  EXPECT_EQ(hosts("eth0", "{cidr = '10.9.0.0/24'}"), "");
}

TEST_F(CompatHostsTest, LocalAndRemote) {
  EXPECT_EQ(Print("interface.select('dns') print(interface.getLocalHostsInfo().numHosts, "
                  "interface.getRemoteHostsInfo().numHosts, interface.getNumHosts(), "
                  "interface.getNumLocalHosts())"),
            "4\t5\t9\t4");
}

TEST_F(CompatHostsTest, ArrayFormat) {
  EXPECT_EQ(Print("local all = interface.getHostsInfo({arrayFormat = true, sortColumn = 'ip', "
                  "maxHits = 2}) print(all.numHosts, #all.hosts, all.hosts[2].ip)"),
            "5\t2\t10.0.0.2");
}

TEST_F(CompatHostsTest, OneHost) {
  EXPECT_EQ(Print("interface.select('vlan') local h = interface.getHostInfo('10.0.0.1', 10) "
                  "print(h.vlan, h['bytes.sent'], interface.getHostInfo('10.0.0.1@20').vlan, "
                  "interface.getHostInfo('10.0.0.1').vlan)"),
            "10\t79\t20\t0");
  EXPECT_EQ(Print("print(interface.getHostInfo('10.9.9.9'), interface.getHostInfo('nonsense'), "
                  "interface.getHostInfo('10.0.0.1@7'))"),
            "nil\tnil\tnil");
  EXPECT_EQ(Print("local h = interface.getHostInfo('2001:DB8:0::2') print(h.ip, h.localhost, "
                  "h['active_flows.as_client'], h.ndpi.HTTP['bytes.sent'] > 20000, "
                  "h['pktStats.sent'].synack, h['pktStats.sent'].tcp_flags.synack, "
                  "h.http.receiver.query.num_get, h['tcp.packets.retransmissions'])"),
            "2001:db8::2\ttrue\t0\ttrue\t1\t1\t1\t0");
}

TEST_F(CompatHostsTest, WhatHostsSayInDnsHttpAndIcmp) {
  EXPECT_EQ(Print("interface.select('dns') local h = interface.getHostInfo('10.0.0.1') "
                  "print(h.dns.sent.num_queries == h.dns.rcvd.num_replies_ok + "
                  "h.dns.rcvd.num_replies_error, h.dns.sent.queries.num_a > 0)"),
            "true\ttrue");
  EXPECT_EQ(Print("interface.select('icmp') local h = interface.getHostInfo('192.0.2.80') "
                  "print(h.ICMPv4['3,3'].sent, h.ICMPv4['8,0'].rcvd, h.ICMPv6)"),
            "1\t2\tnil");
  EXPECT_EQ(Print("print(interface.listHTTPhosts()['www.example.org']['http.requests'])"), "1");
}

TEST_F(CompatHostsTest, FindsHosts) {
  EXPECT_EQ(Print("local found = interface.findHost('example') for k, v in pairsByKeys(found) do "
                  "print(k, v, '') end"),
            "10.0.0.2\twww.example.org\t");
  EXPECT_EQ(Print("print(table.len(interface.findHost('10.0.0.')), "
                  "table.len(interface.findHost('02:00:00:00:00:01')), "
                  "table.len(interface.findHost('')), table.len(interface.findHost('zzz')))"),
            "2\t2\t0\t0");
  EXPECT_EQ(Print("print(interface.findHostByMac('02:00:00:00:00:02')['10.0.0.2'], "
                  "interface.getMacHosts('02:00:00:00:00:02')['10.0.0.2'].ip)"),
            "02:00:00:00:00:02\t10.0.0.2");
}

TEST_F(CompatHostsTest, SmallAnswersOfOneHost) {
  EXPECT_EQ(Print("local h = interface.getHostMinInfo('10.0.0.2') print(h.name, h.localhost, "
                  "h['bytes.sent'], interface.getHostCountry('10.0.0.2'))"),
            "www.example.org\ttrue\tnil\tnil");
  EXPECT_THAT(Print("print(interface.getHostActivityMap('10.0.0.1'))"), HasSubstr("\":1"));
  EXPECT_EQ(Print("local map = json.decode(interface.getHostActivityMap('10.0.0.1')) for epoch in "
                  "pairs(map) do assert(tonumber(epoch) % 60 == 0) end print(table.len(map))"),
            "1");
  EXPECT_EQ(Print("print(interface.getHostActivityMap('10.9.9.9'))"), "nil");
  EXPECT_EQ(Print("local a = interface.getAddressInfo('10.1.2.3') print(a.is_local, a.is_private, "
                  "a.is_multicast, interface.getAddressInfo('x'))"),
            "true\ttrue\tfalse\tnil");
  EXPECT_EQ(Print("print(interface.getnDPIHostStats('10.0.0.1').ndpi.HTTP.num_flows)"), "3");
}

TEST_F(CompatHostsTest, ActiveFlowsAreInTheHostsApplications) {
  auto batch = std::make_shared<model::FlowBatch>(*CapturedTables().ended_flows[0]);
  uint64_t bytes = 0;
  for (model::FlowRecord& flow : *batch) {
    flow.state = model::FlowState::kActive;
    flow.end_reason.reset();
    flow.reported = {};
    flow.interface_index = 0;
    flow.vlan = 0;
    if (flow.client.ip == *IpAddress::Parse("10.0.0.1")) bytes += flow.client.sent.bytes;
  }
  for (model::HostRecord& host : world_.source.snapshot.hosts) host.tallies = nullptr;
  world_.source.snapshot.active_flows = {batch};
  EXPECT_EQ(Print("local sum = 0 for _, app in pairs(interface.getHostInfo('10.0.0.1').ndpi) do "
                  "sum = sum + app['bytes.sent'] end print(sum)"),
            std::to_string(bytes));
}

TEST_F(CompatHostsTest, GroupsHosts) {
  EXPECT_EQ(Print("local g = interface.getGroupedHosts('column_vlan') print(g[0].num_hosts)"), "5");
  EXPECT_THAT(Print("interface.getGroupedHosts('nonsense')"), HasSubstr("groupBy is to be"));
}

TEST_F(CompatHostsTest, GroupsHostsByTheArgumentsOfEachYear) {
  EXPECT_EQ(Print("interface.select('vlan') local g = interface.getGroupedHosts(false, "
                  "'column_vlan') print(g[10].id, g[10].name, g[10].num_hosts, "
                  "g[10]['bytes.sent'], g[10]['seen.first'], g[10].throughput_bps, g[30])"),
            "10\t10\t2\t174\t1700000000\t0\tnil");
  EXPECT_EQ(Print("interface.select('vlan') "
                  "local g = interface.getGroupedHosts(false, 'column_asn', nil, nil, 10) "
                  "local n = 0 for _, group in pairs(g) do n = n + group.num_hosts end print(n)"),
            "2");
  EXPECT_EQ(Print("local function hosts(...) local n = 0 for _, g in pairs(interface."
                  "getGroupedHosts(true, 'local_network', nil, nil, nil, nil, ...)) do "
                  "n = n + g.num_hosts end return n end "
                  "print(hosts(), hosts(nil, true, nil, 4), hosts(nil, nil, 6), hosts(-1))"),
            "5\t2\t3\t1");
  EXPECT_EQ(Print("local g = interface.getGroupedHosts(true, 'mac') "
                  "print(g['02:00:00:00:00:02'].id, g['02:00:00:00:00:02'].num_hosts)"),
            "02:00:00:00:00:02\t2");
  EXPECT_EQ(Print("print(interface.getGroupedHosts(true, 'country')[''].num_hosts)"), "5");
  EXPECT_THAT(Print("interface.getGroupedHosts(true, 'asn', nil, 'Linux')"),
              HasSubstr("os (argument 4) cannot be answered"));
}

TEST_F(CompatHostsTest, SumsOverPacketSizesFindNumbersOnly) {
  EXPECT_EQ(Print("local h = interface.getHostInfo('2001:db8::2') local sum, n = 0, 0 "
                  "for key, packets in pairs(h['pktStats.sent']) do n = n + 1 "
                  "if key:find('^upTo') or key == 'above9000' then sum = sum + packets end end "
                  "print(n, sum == h['packets.sent'], h['pktStats.sent'].size.upTo128 > 0)"),
            "14\ttrue\ttrue");
  EXPECT_EQ(Print("local sizes, sum = interface.getStats().pktSizeDistribution, 0 "
                  "for _, packets in pairs(sizes) do sum = sum + packets end "
                  "print(sum == interface.getStats().stats.packets, sizes.size.upTo128, "
                  "json.decode(json.encode(sizes)).upTo128)"),
            "true\t55\t55");
}

TEST_F(CompatHostsTest, AnEmptyColumnIsTheDefault) {
  EXPECT_EQ(Print("print(interface.getHostsInfo(true, 'column_', 1).hosts_sorted[1].ip, "
                  "interface.getHostsInfo({sortColumn = 'column_'}).hosts_sorted[1].ip)"),
            "10.0.0.1\t10.0.0.1");
}

TEST_F(CompatHostsTest, WhoIsKeptToNetworksSeesTheirHosts) {
  world_.identity = std::make_shared<const model::Identity>(
      model::Identity{.user = "eve", .networks = {*IpNetwork::Parse("2001:db8::/64")}});
  EXPECT_EQ(Print("print(column('ip'))"), "2001:db8::1 2001:db8::2");
  EXPECT_EQ(Print("print(interface.getHostInfo('10.0.0.1'))"), "nil");
  for (const char* const call :
       {"getStats()", "getnDPIStats()", "getMacsInfo()", "getVLANsInfo()", "getASesInfo()",
        "getNetworksStats()", "getThroughput()", "getFlowsStats()", "resetCounters()"}) {
    EXPECT_THAT(Print(std::string("interface.") + call), HasSubstr("error: ")) << call;
  }
}

TEST_F(CompatHostsTest, WhoIsKeptToInterfacesSeesThese) {
  EXPECT_EQ(Print("print(ntop.isAllowedInterface('tls'), ntop.isAllowedInterface(4), "
                  "ntop.isAllowedInterface('eth9'))"),
            "true\ttrue\tfalse");
  world_.identity = std::make_shared<const model::Identity>(
      model::Identity{.user = "eve", .interfaces = {"dns"}});
  EXPECT_EQ(Print("print(ntop.isAllowedInterface('dns'), ntop.isAllowedInterface('tls'))"),
            "true\tfalse");
  EXPECT_EQ(Print("print(interface.getNumHosts(), interface.getName(), interface.getIfNames()[0])"),
            "9\tdns\tdns");
  EXPECT_THAT(Print("interface.select('eth0')"), Not(HasSubstr("tls")));
}

}  // namespace
}  // namespace wiregauge::lua::compat
