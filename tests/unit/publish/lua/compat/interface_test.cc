// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "unit/publish/lua/compat/world.h"

namespace wiregauge::lua::compat {
namespace {

using ::testing::HasSubstr;

class CompatInterfaceTest : public ::testing::Test {
 protected:
  std::string Print(const std::string& script) { return world_.Print(script); }

  World world_;
};

TEST_F(CompatInterfaceTest, SelectsByNameAndNumber) {
  EXPECT_EQ(Print("print(interface.getName(), interface.getId()) interface.select('dns') "
                  "print('', interface.getName()) interface.select(4) print('', "
                  "interface.getName()) interface.select('2') print('', interface.getName(), "
                  "interface.getId()) interface.select(nil) print('', interface.getName())"),
            "eth0\t0\tdns\ttls\tvlan\t2\teth0");
  EXPECT_EQ(Print("interface.select('eth1')"),
            "error: test.lua:1: there is no interface \"eth1\"; there are: eth0, dns, vlan, icmp, "
            "tls");
  EXPECT_THAT(Print("interface.select(77)"), HasSubstr("there is no interface"));
  EXPECT_EQ(Print("interface.setActiveInterfaceId(1) print(interface.getName())"), "dns");
}

TEST_F(CompatInterfaceTest, NamesAndNumbers) {
  EXPECT_EQ(Print("local names = interface.getIfNames() print(names[0], names[4], "
                  "interface.name2id('vlan'), interface.name2id('nope'), "
                  "interface.isValidIfId(4), interface.isValidIfId(5), "
                  "interface.getDefaultIfName(), interface.getFirstInterfaceId())"),
            "eth0\ttls\t2\t-1\ttrue\tfalse\teth0\t0");
  EXPECT_EQ(Print("print(interface.isPacketInterface(), interface.isPcapDumpInterface(), "
                  "interface.isRunning(), interface.hasVLANs()) interface.select('vlan') "
                  "print('', interface.hasVLANs())"),
            "true\ttrue\tfalse\tfalse\ttrue");
}

TEST_F(CompatInterfaceTest, StatsAreTheCounters) {
  const model::InterfaceCounters& counters = CapturedTables().interfaces[0].counters;
  EXPECT_EQ(Print("local s = interface.getStats() print(s.name, s.id, s.stats.packets, "
                  "s.stats.bytes, s.stats.hosts, s.stats.local_hosts, s.stats.flows, s.eth.bytes, "
                  "s.type)"),
            "eth0\t0\t" + std::to_string(counters.received.packets) + "\t" +
                std::to_string(counters.received.bytes) + "\t5\t4\t0\t" +
                std::to_string(counters.received.bytes) + "\tpcap dump");
  EXPECT_EQ(Print("local s = interface.getStats() local sum = 0 for _, packets in "
                  "pairs(s.pktSizeDistribution.size) do sum = sum + packets end "
                  "local apps = 0 for _, app in pairs(s.ndpi) do apps = apps + "
                  "app['bytes.sent'] + app['bytes.rcvd'] end "
                  "print(sum == s.stats.packets, apps == " +
                  std::to_string(counters.in_flows.bytes) +
                  ", s.tcpFlowStats.numFinFlows, s.tcpFlowStats.numSynFlows, "
                  "s.tcpPacketStats.retransmissions, s.localstats.bytes.local2local > 0)"),
            "true\ttrue\t4\t0\t0\ttrue");
  EXPECT_EQ(Print("local f = interface.getFlowsStats() print(f.num_flows, f.total_flows, "
                  "interface.getThroughput().bps)"),
            "0\t6\t0");
}

TEST_F(CompatInterfaceTest, StatsMayBeKeptBeyondTheirCall) {
  world_.keeps_globals = true;
  EXPECT_EQ(Print("kept.stats = interface.getStats()"), "");
  EXPECT_EQ(Print("print(kept.stats.stats.bytes > 0, kept.stats.tcpFlowStats.numFinFlows)"),
            "true\t4");
}

TEST_F(CompatInterfaceTest, ResetCountersCountsAnew) {
  EXPECT_EQ(Print("local s = interface.getStats() "
                  "print(s.stats_since_reset.bytes == s.stats.bytes)"),
            "true");
  EXPECT_EQ(Print("interface.resetCounters()"), "");
  world_.source.snapshot.interfaces[0].counters.received += model::Traffic{2, 300};
  EXPECT_EQ(Print("local s = interface.getStats() print(s.stats_since_reset.packets, "
                  "s.stats_since_reset.bytes, s.stats.bytes > 300)"),
            "2\t300\ttrue");
  world_.identity = std::make_shared<const model::Identity>(model::Identity{.user = "eve"});
  EXPECT_THAT(Print("interface.resetCounters()"), HasSubstr("is for admins"));
}

TEST_F(CompatInterfaceTest, Applications) {
  EXPECT_EQ(Print("print(interface.getnDPIProtoName(5), interface.getnDPIProtoId('dns'), "
                  "interface.getnDPIProtoId('nope'), interface.getnDPIProtoBreed(5), "
                  "interface.getnDPIProtoBreed('DNS'), interface.getnDPIProtoCategory(5).name, "
                  "interface.getnDPIFullProtoName('91.126'), "
                  "interface.getnDPIFullProtoName(91, 126), interface.getnDPIFullProtoName(5))"),
            "DNS\t5\t-1\tAcceptable\tAcceptable\tNetwork\tTLS.Google\tTLS.Google\tDNS");
  EXPECT_EQ(
      Print("local all, web = interface.getnDPIProtocols(), interface.getnDPIProtocols('Web') "
            "print(all.DNS, table.len(all) > 200, web.DNS, web.TLS, "
            "interface.getnDPICategories().Web, interface.getnDPICategoryId('web'), "
            "interface.getnDPICategoryName(5))"),
      "5\ttrue\tnil\t91\t5\t5\tWeb");
}

TEST_F(CompatInterfaceTest, TrafficByApplication) {
  EXPECT_EQ(
      Print("interface.select('dns') local s = interface.getnDPIStats().ndpi.DNS print(s.breed, "
            "s.num_flows, s['packets.rcvd'] > 0)"),
      "Acceptable\t8\ttrue");
  EXPECT_EQ(Print("interface.select('dns') local s = interface.getnDPIStats('10.0.0.2').ndpi "
                  "print(s.DNS['bytes.sent'], s.MDNS, "
                  "next(interface.getnDPIStats('10.9.9.9').ndpi))"),
            "886\tnil\tnil");
}

TEST_F(CompatInterfaceTest, Devices) {
  EXPECT_EQ(Print("local all = interface.getMacsInfo('column_mac', 2, 0, true) "
                  "print(all.numMacs > 2, #all.macs, all.macs[1].mac < all.macs[2].mac)"),
            "true\t2\ttrue");
  EXPECT_EQ(
      Print("for _, up in ipairs({true, false}) do for _, c in ipairs({'traffic', 'since', "
            "'num_hosts', 'thpt', 'arp_sent', 'pool_id'}) do "
            "local all = interface.getMacsInfo(c, 100, 0, up).macs for i = 2, #all do "
            "if c == 'traffic' then local a = all[i - 1]['bytes.sent'] + "
            "all[i - 1]['bytes.rcvd'] local b = all[i]['bytes.sent'] + "
            "all[i]['bytes.rcvd'] assert(up and a <= b or not up and a >= b) end end end end"),
      "");
  EXPECT_EQ(
      Print("local function values(column, ...) local t = {} for _, m in ipairs(interface."
            "getMacsInfo(column, 100, 0, false).macs) do local sum = 0 for _, key in ipairs({"
            "...}) do sum = sum + m[key] end t[#t + 1] = sum end return t end "
            "local hosts = values('column_hosts', 'num_hosts') "
            "local arp = values('column_arp_total', 'arp_requests.sent', 'arp_requests.rcvd', "
            "'arp_replies.sent', 'arp_replies.rcvd') for i = 2, #hosts do "
            "assert(hosts[i - 1] >= hosts[i] and arp[i - 1] >= arp[i]) end "
            "print(interface.getMacsInfo('column_').macs[1].mac == "
            "interface.getMacsInfo('column_mac').macs[1].mac)"),
      "true");
  EXPECT_EQ(Print("local m = interface.getMacInfo('02:00:00:00:00:01') print(m.num_hosts, "
                  "m.source_mac, m['bytes.sent'] > 0, interface.getMacInfo('02:00:00:00:00:99'))"),
            "2\ttrue\ttrue\tnil");
  EXPECT_EQ(Print("print(interface.getMacsInfo('mac', 9, 0, true, 0, true).numMacs, "
                  "table.len(interface.getMacManufacturers()))"),
            "2\t0");
  EXPECT_THAT(Print("interface.getMacsInfo('mac', 9, 0, true, 7)"), HasSubstr("vlan (argument 5)"));
}

TEST_F(CompatInterfaceTest, Vlans) {
  EXPECT_EQ(
      Print("interface.select('vlan') local all = interface.getVLANsInfo() print(all.numVLANs, "
            "all.VLANs[1].vlan_id, all.VLANs[2].vlan_id, all.VLANs[1].num_hosts, "
            "all.VLANs[1].bytes, interface.getVLANInfo(20).vlan_id, interface.getVLANInfo(5), "
            "interface.getVLANInfo(0).num_hosts, interface.getVLANsList().VLANs[1].vlan_id)"),
      "2\t10\t20\t2\t174\t20\tnil\t2\t10");
}

TEST_F(CompatInterfaceTest, NetworksCountriesAndAutonomousSystems) {
  EXPECT_EQ(Print("local n = interface.getNetworksStats() print(n.one.network_id, n.one.num_hosts, "
                  "n.lan.inner > 0, interface.getNetworkStats(1).network_key, "
                  "interface.getNetworkStats(7))"),
            "1\t1\ttrue\tone\tnil");
  EXPECT_EQ(Print("interface.select('vlan') local as = interface.getASesInfo('column_asn') "
                  "local c = interface.getCountriesInfo('column_traffic', 10, 0, false) "
                  "print(as.numASes, #as.ASes, c.numCountries, #c.Countries, "
                  "interface.getASInfo(1), interface.getCountryInfo('ZZ'))"),
            "1\t1\t1\t1\tnil\tnil");
  EXPECT_EQ(Print("interface.select('vlan') local as = interface.getASesInfo().ASes[1] "
                  "print(as.asn, as.asname, as.num_hosts, as['bytes.sent'], as['bytes.rcvd'], "
                  "interface.getASInfo(64496)['packets.sent'])"),
            "64496\tExample Net\t3\t376\t312\t4");
  EXPECT_EQ(Print("interface.select('vlan') local c = interface.getCountryInfo('de') "
                  "print(c.country, c.bytes, c.egress, c.ingress, c.inner)"),
            "DE\t688\t376\t312\t0");
}

TEST_F(CompatInterfaceTest, EveryFunctionAndKeyIsToldToTheManual) {
  for (const Library* const library :
       {&InterfaceLibrary(), &NtopLibrary(), &GlobalLibrary(), &JsonLibrary()}) {
    EXPECT_FALSE(library->help.empty());
    std::set<std::string> names;
    for (const Function& function : library->functions) {
      EXPECT_TRUE(names.insert(function.name).second) << function.name;
      EXPECT_FALSE(function.help.empty()) << function.name;
      EXPECT_NE(function.entry, nullptr) << function.name;
    }
    for (const Record& record : library->records) {
      for (const Field& field : record.fields) {
        EXPECT_FALSE(field.help.empty()) << field.name;
        if (field.name.ends_with("throughput_bps")) {
          EXPECT_THAT(field.help, HasSubstr("**Bytes a second**")) << field.name;
        }
      }
    }
  }
}

TEST_F(CompatInterfaceTest, RowsOfEveryKindAreWholeInJson) {
  EXPECT_EQ(Print("for _, name in pairs(interface.getIfNames()) do interface.select(name) "
                  "for _, f in ipairs({'getStats', 'getFlowsInfo', 'getHostsInfo', 'getMacsInfo', "
                  "'getASesInfo', 'getCountriesInfo', 'getNetworksStats', 'getVLANsInfo'}) do "
                  "assert(type(json.decode(json.encode(interface[f]()))) == 'table') end end"),
            "");
}

// Counters that are newer or older than the rows.
class TwoAges final : public snapshot::SnapshotSource {
 public:
  std::shared_ptr<const snapshot::Snapshot> Get(snapshot::Detail detail, Duration) override {
    auto tables = std::make_shared<snapshot::Snapshot>();
    tables->taken_at = detail == snapshot::Detail::kRows ? rows_at : SteadyTime();
    return tables;
  }

  SteadyTime rows_at{};
};

TEST(CompatSnapshots, CountersDoNotGoBackToOlderRows) {
  World world;
  TwoAges source;
  Services services{.snapshots = source,
                    .rest = world.rest,
                    .clock = world.clock,
                    .places = world.services.places,
                    .version = "",
                    .revision = "",
                    .started_at = {},
                    .script_dirs = {},
                    .data_dir = ""};
  for (const auto age : {std::chrono::seconds(-1), std::chrono::seconds(1)}) {
    source.rows_at = SteadyTime(age);
    Call call(services, "test.lua");
    EXPECT_EQ(call.counters().taken_at, SteadyTime());
    EXPECT_EQ(call.rows().taken_at, SteadyTime(age));
    EXPECT_EQ(call.counters().taken_at, std::max(SteadyTime(), SteadyTime(age)));
  }
}

}  // namespace
}  // namespace wiregauge::lua::compat
