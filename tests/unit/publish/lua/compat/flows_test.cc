// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/publish/lua/compat/world.h"

namespace wiregauge::lua::compat {
namespace {

using ::testing::HasSubstr;

class CompatFlowsTest : public ::testing::Test {
 protected:
  // With `flows(pageinfo, host)`, which gives the rows and their number, and `column(key, ...)`,
  // which gives a column of them as a text.
  std::string Print(const std::string& script) {
    return world_.Print(
        "function flows(pageinfo, host) local all = interface.getFlowsInfo(host, pageinfo) return "
        "all.flows, all.numFlows end "
        "function column(key, pageinfo, host) local texts = {} for _, flow in "
        "ipairs((flows(pageinfo, host))) do texts[#texts + 1] = tostring(flow[key]) end return "
        "table.concat(texts, ' ') end " +
        script);
  }

  World world_;
};

TEST_F(CompatFlowsTest, ARecordHasBothNamesOfWhatWasRenamed) {
  EXPECT_EQ(Print("interface.select('tls') for _, f in ipairs((flows({hostFilter = "
                  "'2001:db8::1'}))) do print(f['protos.ssl.certificate'], "
                  "f['protos.tls.client_requested_server_name'], f['proto.l4'], f['proto.14'], "
                  "f['proto.ndpi'], f['proto.l4_id'], f['cli.ip'], f['srv.port'], f.nothing, "
                  "type(f)) end"),
            "www.example.org\twww.example.org\tTCP\tTCP\tTLS\t6\t2001:db8::1\t443\tnil\ttable");
}

TEST_F(CompatFlowsTest, FiguresAreThoseOfTheRecord) {
  const model::FlowRecord* large = nullptr;
  CapturedTables().ForEachFlow([&](const model::FlowRecord& flow) {
    if (flow.interface_index == 0 && flow.traffic().bytes > 20000) large = &flow;
  });
  ASSERT_NE(large, nullptr);
  EXPECT_EQ(
      Print("local f = flows({sortColumn = 'column_bytes', a2zSortOrder = false})[1] "
            "print(f.bytes == f['cli2srv.bytes'] + f['srv2cli.bytes'], f.bytes, "
            "f['packets.sent'] + f['packets.rcvd'] == f.packets, f.goodput_bytes, "
            "f['tcp.nw_latency.client'] > 0, f['protos.http.last_url'], "
            "f['interarrival.cli2srv'].max > 0)"),
      "true\t" + std::to_string(large->traffic().bytes) + "\ttrue\t" +
          std::to_string(large->client.payload_bytes_sent + large->server.payload_bytes_sent) +
          "\ttrue\t/large.bin\ttrue");
}

TEST_F(CompatFlowsTest, RatesAreBytesASecond) {
  EXPECT_EQ(Print("interface.select('tls') local f = flows()[1] "
                  "print(f.top_throughput_bps == f.bytes, f.throughput_bps)"),
            "true\t0");
}

TEST_F(CompatFlowsTest, WhatIsNotKnownIsAbsent) {
  EXPECT_EQ(Print("interface.select('dns') local f = flows({L4Protocol = 'udp'})[1] "
                  "print(f['tcp.nw_latency.client'], f.tcp_established, f['cli.country'], "
                  "f['protos.http.last_method'], f['cli2srv.retransmissions'])"),
            "nil\tnil\tnil\tnil\tnil");
}

TEST_F(CompatFlowsTest, SortsByEveryColumnBothWays) {
  const std::string check =
      "local function value(f) return f[key] end "
      "for _, prefix in ipairs({'', 'column_'}) do for _, up in ipairs({true, false}) do "
      "local all = flows({sortColumn = prefix .. name, a2zSortOrder = up}) "
      "for i = 2, #all do local a, b = all[i - 1][key], all[i][key] "
      "if a ~= nil and b ~= nil then assert(up and a <= b or not up and a >= b, name) end end end "
      "end print('sorted ')";
  for (const auto& [name, key] :
       std::vector<std::pair<std::string, std::string>>{{"bytes", "bytes"},
                                                        {"vlan", "vlan"},
                                                        {"proto_l4", "proto.l4"},
                                                        {"protocol", "proto.l4"},
                                                        {"ndpi", "proto.ndpi"},
                                                        {"duration", "duration"},
                                                        {"thpt", "throughput_bps"},
                                                        {"info", "info"},
                                                        {"first_seen", "seen.first"},
                                                        {"last_seen", "seen.last"},
                                                        {"client_rtt", "tcp.nw_latency.client"},
                                                        {"server_rtt", "tcp.nw_latency.server"}}) {
    for (const std::string interface : {"eth0", "dns", "vlan", "tls"}) {
      EXPECT_EQ(Print("interface.select('" + interface + "') local name, key = '" + name + "', '" +
                      key + "' " + check),
                "sorted ");
    }
  }
  EXPECT_EQ(Print("interface.select('icmp') print(column('cli.ip', {sortColumn = 'client'}))"),
            "10.0.0.1 10.0.0.254 192.0.2.80 2001:db8::1 2001:db8:80::80");
  EXPECT_EQ(Print("interface.select('icmp') print(column('srv.ip', {sortColumn = 'column_server', "
                  "a2zSortOrder = false, ipVersion = 4}))"),
            "192.0.2.80 10.0.0.1 10.0.0.1");
}

TEST_F(CompatFlowsTest, WhatHasNoValueStandsLastBothWays) {
  for (const char* const up : {"true", "false"}) {
    EXPECT_EQ(Print(std::string("local all = flows({sortColumn = 'client_rtt', a2zSortOrder = ") +
                    up + "}) print(all[#all]['tcp.nw_latency.client'])"),
              "nil");
  }
}

TEST_F(CompatFlowsTest, AnUnknownSortColumnIsBytes) {
  EXPECT_EQ(Print("local function first(name) return flows({sortColumn = name, a2zSortOrder = "
                  "false})[1].bytes end print(first('column_nonsense') == first('bytes'))"),
            "true");
}

TEST_F(CompatFlowsTest, PagesShowEachRowOnce) {
  EXPECT_EQ(Print("interface.select('dns') local seen, rows, pages = {}, 0, 0 "
                  "for skip = 0, 30, 3 do local page, total = flows({sortColumn = 'column_bytes', "
                  "maxHits = 3, toSkip = skip}) assert(total == 11) assert(#page <= 3) "
                  "for _, f in ipairs(page) do assert(not seen[f['hash_entry_id']]) "
                  "seen[f['hash_entry_id']] = true rows = rows + 1 end end print(rows)"),
            "11");
  EXPECT_EQ(Print("local page, total = flows({maxHits = 0}) print(#page, total)"), "0\t6");
  EXPECT_EQ(Print("local page, total = flows({toSkip = 70000}) print(#page, total)"), "0\t6");
  EXPECT_EQ(Print("local page, total = flows({maxHits = '2', toSkip = '5'}) print(#page, total)"),
            "1\t6");
}

TEST_F(CompatFlowsTest, BatchesGoOnUntilThereIsNoSlot) {
  EXPECT_EQ(Print("interface.select('dns') local slot, seen, rows = 0, {}, 0 repeat "
                  "local batch = interface.getBatchedFlowsInfo(slot, {maxHits = 2, L4Protocol = "
                  "17}) assert(batch.numFlows == #batch.flows and #batch.flows <= 2) "
                  "for _, f in ipairs(batch.flows) do assert(not seen[f['ntopng.key']]) "
                  "seen[f['ntopng.key']] = true rows = rows + 1 end slot = batch.nextSlot "
                  "until slot == nil print(rows)"),
            "8");
}

TEST_F(CompatFlowsTest, FlowsOfAHost) {
  EXPECT_EQ(Print("local _, n = flows(nil, '10.0.0.2') print(n)"), "3");
  EXPECT_EQ(Print("local _, n = flows(nil, '2001:0db8:0::2') print(n)"), "2");
  EXPECT_EQ(Print("interface.select('vlan') print(column('vlan', nil, '10.0.0.1@10'), "
                  "column('vlan', nil, '10.0.0.1'), column('bytes', {hostFilter = '10.0.0.1', "
                  "sortColumn = 'bytes'}))"),
            "10\t0\t174 174 340");
}

TEST_F(CompatFlowsTest, AnUnknownHostHasNoFlows) {
  for (const char* const host : {"10.9.9.9", "nobody.example", "10.0.0.1@7", "10.0.0.1@99999"}) {
    EXPECT_EQ(Print(std::string("local all, n = flows(nil, '") + host + "') print(#all, n)"),
              "0\t0");
  }
}

TEST_F(CompatFlowsTest, FiltersByApplication) {
  for (const char* const filter : {"5", "'5'", "'DNS'", "'dns'"}) {
    EXPECT_EQ(Print(std::string("interface.select('dns') local _, n = flows({l7protoFilter = ") +
                    filter + "}) print(n)"),
              "8")
        << filter;
  }
  EXPECT_EQ(Print("interface.select('dns') local _, n = flows({l7protoFilter = '8.5'}) print(n)"),
            "0");
  EXPECT_EQ(Print("local _, n = flows({l7protoFilter = -1}) print(n)"), "6");
  EXPECT_THAT(Print("flows({l7protoFilter = 'Nonsense'})"),
              HasSubstr("pageinfo.l7protoFilter is to be an application's number or name"));
}

TEST_F(CompatFlowsTest, FiltersByMasterAndApplication) {
  auto batch = std::make_shared<model::FlowBatch>(1, *CapturedTables().ended_flows[0]->begin());
  (*batch)[0].interface_index = 0;
  (*batch)[0].application.master = 91;
  (*batch)[0].application.app = 126;
  world_.source.snapshot.ended_flows.push_back(batch);
  for (const char* const filter : {"91.126", "TLS.Google", "126", "Google", "tls.google"}) {
    EXPECT_EQ(Print(std::string("print(column('proto.ndpi', {l7protoFilter = '") + filter + "'}))"),
              "TLS.Google")
        << filter;
  }
  EXPECT_EQ(Print("print(column('proto.ndpi', {l7protoFilter = 'TLS'}))"), "TLS.Google");
  EXPECT_EQ(Print("print(column('proto.ndpi', {l7protoFilter = '91.5'}))"), "");
}

TEST_F(CompatFlowsTest, OtherFilters) {
  const auto count = [&](const std::string& interface, const std::string& page_info) {
    return Print("interface.select('" + interface + "') local _, n = flows({" + page_info +
                 "}) print(n)");
  };
  EXPECT_EQ(count("eth0", "portFilter = 80"), "4");
  EXPECT_EQ(count("eth0", "portFilter = 56442"), "1");
  EXPECT_EQ(count("eth0", "ipVersion = 6"), "3");
  EXPECT_EQ(count("eth0", "L4Protocol = 'TCP'"), "4");
  EXPECT_EQ(count("eth0", "L4Protocol = 58"), "2");
  EXPECT_EQ(count("eth0", "server = '10.0.0.0/24'"), "3");
  EXPECT_EQ(count("eth0", "client = '10.0.0.2'"), "0");
  EXPECT_EQ(count("eth0", "hostFilter = '2001:db8::/32'"), "3");
  EXPECT_EQ(count("eth0", "unicast = true"), "5");
  EXPECT_EQ(count("eth0", "unidirectional = true"), "2");
  EXPECT_EQ(count("eth0", "macFilter = '33:33:FF:00:00:02'"), "1");
  EXPECT_EQ(count("eth0", "tcpFlowStateFilter = 'closed'"), "4");
  EXPECT_EQ(count("eth0", "tcpFlowStateFilter = 'connecting'"), "0");
  EXPECT_EQ(count("eth0", "flowState = 'active'"), "0");
  EXPECT_EQ(count("eth0", "flowState = 'ended'"), "6");
  EXPECT_EQ(count("eth0", "l7categoryFilter = 'Web'"), "3");
  EXPECT_EQ(count("eth0", "l7categoryFilter = 5"), "3");
  EXPECT_EQ(count("eth0", "poolFilter = 1"), "3");
  EXPECT_EQ(count("eth0", "statusFilter = 9"), "0");
  EXPECT_EQ(count("vlan", "vlanIdFilter = 20"), "1");
  EXPECT_EQ(count("vlan", "serverMode = 'remote', clientMode = 'local'"), "3");
  EXPECT_EQ(count("vlan", "serverMode = 'local'"), "0");
  EXPECT_EQ(count("vlan", "LocalNetworkFilter = -1"), "3");
  EXPECT_EQ(count("icmp", "icmp_type = 3"), "1");
  EXPECT_EQ(count("icmp", "ifaceIndex = 0"), "0");
  EXPECT_EQ(count("eth0", "detailsLevel = 'max', detailedResults = true, container = ''"), "6");
}

TEST_F(CompatFlowsTest, WhatCannotBeAnsweredIsAnError) {
  EXPECT_THAT(Print("flows({container = 'abc'})"),
              HasSubstr("pageinfo.container cannot be answered"));
  EXPECT_THAT(Print("flows({alertedFlows = true})"),
              HasSubstr("pageinfo.alertedFlows cannot be answered"));
  EXPECT_EQ(Print("local _, n = flows({alertedFlows = false}) print(n)"), "6");
  EXPECT_EQ(Print("local _, n = flows({neverHeardOf = true}) print(n)"), "6");
  EXPECT_THAT(Print("flows({maxHits = -1})"), HasSubstr("pageinfo.maxHits"));
  EXPECT_THAT(Print("flows({hostFilter = 'x y'})"), HasSubstr("pageinfo.hostFilter"));
  EXPECT_THAT(Print("interface.getFlowsInfo(nil, 5)"), HasSubstr("test.lua:1: "));
}

TEST_F(CompatFlowsTest, FindsFlowsByKeyAndTuple) {
  EXPECT_EQ(
      Print("interface.select('tls') for _, f in ipairs((flows())) do "
            "local key = interface.getFlowKey(f['cli.ip'], f['cli.port'], f['srv.ip'], "
            "f['srv.port'], f['proto.l4_id']) assert(key == f['ntopng.key']) "
            "assert(tonumber(tostring(key)) == key) "
            "assert(interface.findFlowByKey(key)['cli.port'] == f['cli.port']) "
            "assert(interface.findFlowByKeyAndHashId(key, f['hash_entry_id']).bytes == f.bytes) "
            "assert(interface.findFlowByKeyAndHashId(key, f['hash_entry_id'] + 1000) == nil) "
            "assert(interface.findFlowByTuple(f['srv.ip'], f['cli.ip'], 0, f['srv.port'], "
            "f['cli.port'], 'TCP').bytes == f.bytes) end print(interface.findFlowByKey(1))"),
      "nil");
}

TEST_F(CompatFlowsTest, CountsByApplicationAndStatus) {
  EXPECT_EQ(Print("interface.select('dns') local n = interface.getnDPIFlowsCount() "
                  "print(n.DNS, n.MDNS, n.ICMPV6, n.TLS)"),
            "8\t1\t2\tnil");
  EXPECT_EQ(Print("local s = interface.getFlowsStatus() print(s[0].name, s[0].count, s[4].name, "
                  "s[4].count)"),
            "normal\t4\tlow_goodput\t2");
  EXPECT_EQ(Print("local s = interface.getActiveFlowsStats() print(s.ndpi_flows_count.HTTP, "
                  "s.states.ended)"),
            "4\t6");
  EXPECT_EQ(Print("print(interface.getNumFlows())"), "0");
  EXPECT_EQ(Print("local s = interface.getActiveFlowsStats('10.0.0.1', {portFilter = 80, "
                  "sortColumn = 'bytes', maxHits = 1}) local sum = 0 for _, f in ipairs((flows({"
                  "portFilter = 80}, '10.0.0.1'))) do sum = sum + f['cli2srv.bytes'] end "
                  "print(s.ndpi.HTTP.num_flows, s.ndpi.HTTP['bytes.sent'] == sum, "
                  "s.ndpi.HTTP.breed, s.l4_protocols.TCP.count, s.l4_protocols.ICMPv6)"),
            "3\ttrue\tAcceptable\t3\tnil");
  EXPECT_EQ(Print("print(interface.getActiveFlowsStats('10.9.9.9').states.ended, "
                  "next(interface.getActiveFlowsStats('nonsense').ndpi))"),
            "nil\tnil");
  EXPECT_EQ(Print("print(interface.getBatchedFlowsInfo(0, {ifaceIndex = 3}).numFlows)"), "0");
}

TEST_F(CompatFlowsTest, PairsAndJsonShowAllKeys) {
  EXPECT_EQ(Print("local f = flows({sortColumn = 'bytes', a2zSortOrder = false})[1] f.mine = 7 "
                  "local n, bytes = 0 for k, v in pairs(f) do n = n + 1 if k == 'bytes' then "
                  "bytes = v end end print(n > 60, bytes == f.bytes, f.mine)"),
            "true\ttrue\t7");
  EXPECT_THAT(Print("interface.select('tls') print(json.encode(flows({maxHits = 1})[1]))"),
              HasSubstr("\"cli.port\":48186"));
}

TEST_F(CompatFlowsTest, NextFindsTheKeysOfARow) {
  EXPECT_EQ(Print("local row, n = flows()[1], 0 print(next(row) ~= nil) "
                  "for key, value in next, flows()[2] do assert(value ~= nil) n = n + 1 end "
                  "print(n > 60, next({}), next({7}), next({7}, 1))"),
            "truetrue\tnil\t1\tnil");
  EXPECT_THAT(Print("next(nil)"), HasSubstr("t (argument 1) is to be a table"));
  EXPECT_THAT(Print("next({}, 'x')"), HasSubstr("error: "));
}

TEST_F(CompatFlowsTest, ARowIsGoodInItsOwnCallOnly) {
  world_.keeps_globals = true;
  EXPECT_EQ(Print("kept.row = flows()[1] print(kept.row['proto.l4'])"), "TCP");
  EXPECT_EQ(Print("print(kept.row['proto.l4'])"), "TCP");
  EXPECT_THAT(Print("print(kept.row.bytes)"), HasSubstr("this Flow is of a call that is over"));
  EXPECT_THAT(Print("for k in pairs(kept.row) do end"), HasSubstr("is of a call that is over"));
  EXPECT_EQ(Print("kept.whole = flows()[1] for k in pairs(kept.whole) do end"), "");
  EXPECT_EQ(Print("print(kept.whole.bytes > 0, kept.whole.nothing)"), "true\tnil");
}

TEST_F(CompatFlowsTest, WhoIsKeptToNetworksSeesTheirFlows) {
  world_.identity = std::make_shared<const model::Identity>(
      model::Identity{.user = "eve", .networks = {*IpNetwork::Parse("2001:db8::1/128")}});
  EXPECT_EQ(Print("print(column('cli.ip', {sortColumn = 'client'}))"),
            "2001:db8::1 2001:db8::1 2001:db8::2");
  EXPECT_EQ(Print("local _, n = flows(nil, '10.0.0.2') print(n)"), "0");
  EXPECT_EQ(Print("print(interface.findFlowByTuple('10.0.0.1', '10.0.0.2', 0, 56442, 80, 6))"),
            "nil");
}

TEST_F(CompatFlowsTest, ReportsOfLongFlowsAreNoFlows) {
  auto batch = std::make_shared<model::FlowBatch>(*CapturedTables().ended_flows[0]);
  for (model::FlowRecord& report : *batch) {
    report.state = model::FlowState::kActive;
    report.end_reason = model::EndReason::kActiveTimeout;
    report.interface_index = 0;
  }
  world_.source.snapshot.ended_flows.push_back(batch);
  EXPECT_EQ(Print("local _, n = flows() print(n, interface.getBatchedFlowsInfo(0).numFlows)"),
            "6\t6");
}

TEST_F(CompatFlowsTest, ActiveFlowsAreThereToo) {
  auto batch = std::make_shared<model::FlowBatch>(*CapturedTables().ended_flows[0]);
  for (model::FlowRecord& flow : *batch) {
    flow.state = model::FlowState::kActive;
    flow.end_reason.reset();
    flow.id += 1000;
    flow.interface_index = 0;
  }
  const std::string more = std::to_string(batch->size());
  const std::string all = std::to_string(batch->size() + 6);
  world_.source.snapshot.active_flows = {batch};
  EXPECT_EQ(Print("local _, n = flows() print(n, interface.getNumFlows())"), all + "\t" + more);
  EXPECT_EQ(Print("print(flows({flowState = 'active'})[1].flow_end_reason)"), "nil");
}

}  // namespace
}  // namespace wiregauge::lua::compat
