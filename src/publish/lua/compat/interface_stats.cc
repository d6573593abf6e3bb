// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <initializer_list>
#include <string>

#include "publish/lua/compat/application_stats.h"
#include "publish/lua/compat/functions.h"
#include "publish/lua/compat/host_tables.h"
#include "publish/lua/compat/rows.h"

namespace wiregauge::lua::compat {
namespace {

// All are of the view's interface.
struct None {};
using Keys = KeyTable<None>;

constexpr const char* kText = "string";
constexpr const char* kWhole = "integer";
constexpr const char* kReal = "number";
constexpr const char* kTruth = "boolean";
constexpr const char* kTable = "table";

const model::InterfaceCounters& CountersOf(const View& view) { return view.interface.counters; }

CounterResets::Counters NowOf(const View& view) {
  const snapshot::DropCounters& drops = view.interface.drops;
  return {CountersOf(view).received, drops.kernel_packets + drops.interface_packets};
}

void SetTraffic(lua_State* lua, const model::Traffic& traffic) {
  SetField(lua, "packets", traffic.packets);
  SetField(lua, "bytes", traffic.bytes);
}

void PushTraffic(lua_State* lua, const model::Traffic& traffic) {
  lua_createtable(lua, 0, 2);
  SetTraffic(lua, traffic);
}

// What `stats` has: only what takes looking at all rows is not read before it is asked for.
Keys MakeStatsKeys() {
  Keys keys("InterfaceTotals", "An interface's `stats`.", snapshot::Detail::kCounters);
  keys.Add("packets", kWhole, "Packets received.",
           [](const View& view, None) { return CountersOf(view).received.packets; });
  keys.Add("bytes", kWhole, "Frame bytes received.",
           [](const View& view, None) { return CountersOf(view).received.bytes; });
  keys.Add("drops", kWhole, "Packets lost before they were seen.",
           [](const View& view, None) { return NowOf(view).dropped_packets; });
  keys.Add("flows", kWhole, "Active flows.",
           [](const View& view, None) { return CountersOf(view).active_flows; });
  keys.Add("new_flows", kWhole, "Flows that have begun since the start.",
           [](const View& view, None) { return CountersOf(view).flows_created; });
  keys.Add("hosts", kWhole, "Hosts.", [](const View& view, None) {
    return CountersOf(view).active_hosts + CountersOf(view).idle_hosts;
  });
  keys.Add("local_hosts", kWhole, "Hosts in local networks.",
           [](lua_State* lua, const View& view, None) {
             uint64_t hosts = 0;
             const View rows =
                 View::OfInterface(lua, view.interface_index, snapshot::Detail::kRows);
             for (const model::HostRecord& host : rows.tables.hosts) {
               hosts += host.interface_index == rows.interface_index && host.local ? 1 : 0;
             }
             State::Of(lua).Spend(rows.tables.hosts.size() * 5);
             Push(lua, hosts);
           });
  for (const char* const name : {"devices", "current_macs"}) {
    keys.Add(name, kWhole, "MAC addresses.",
             [](const View& view, None) { return CountersOf(view).devices; });
  }
  keys.Add("throughput_bps", kReal, "**Bytes a second** in the last second that is over.",
           [](const View& view, None) {
             return static_cast<double>(CountersOf(view).rate.At(view.now()).bits_per_second_now) /
                    8;
           });
  keys.Add("throughput_pps", kReal, "Packets a second in the last second that is over.",
           [](const View& view, None) {
             return CountersOf(view).rate.At(view.now()).packets_per_second_now;
           });
  return keys;
}

const Keys& StatsKeys() {
  static const Keys keys = MakeStatsKeys();
  return keys;
}

uint64_t Ended(const View& view, model::EndReason reason) {
  return CountersOf(view).flows_ended[static_cast<size_t>(reason)];
}

template <model::TcpState kState>
void PushFlowsIn(lua_State* lua, const View& view) {
  uint64_t flows = 0;
  const View rows = View::OfInterface(lua, view.interface_index, snapshot::Detail::kRows);
  for (const auto& batch : rows.tables.active_flows) {
    State::Of(lua).Spend(batch->size() * 5);
    for (const model::FlowRecord& flow : *batch) {
      const bool is_in = flow.interface_index == rows.interface_index && flow.tcp_state == kState;
      flows += is_in ? 1 : 0;
    }
  }
  Push(lua, flows);
}

Keys MakeTcpFlowKeys() {
  Keys keys("TcpFlowStats", "An interface's `tcpFlowStats`.", snapshot::Detail::kCounters);
  keys.Add("numSynFlows", kWhole, "Active flows with nothing but a SYN.",
           [](lua_State* lua, const View& view, None) {
             PushFlowsIn<model::TcpState::kSynSent>(lua, view);
           });
  keys.Add("numEstablishedFlows", kWhole, "Active flows that are established.",
           [](lua_State* lua, const View& view, None) {
             PushFlowsIn<model::TcpState::kEstablished>(lua, view);
           });
  keys.Add("numResetFlows", kWhole, "Flows that a RST has ended, since the start.",
           [](const View& view, None) { return Ended(view, model::EndReason::kTcpRst); });
  keys.Add("numFinFlows", kWhole, "Flows that FINs have ended, since the start.",
           [](const View& view, None) { return Ended(view, model::EndReason::kTcpFin); });
  return keys;
}

const Keys& TcpFlowKeys() {
  static const Keys keys = MakeTcpFlowKeys();
  return keys;
}

// Pushes a row and reads what costs nothing, which a script may keep beyond its call.
void PushRead(lua_State* lua, const Keys& keys, const View& view,
              std::initializer_list<std::string_view> costly) {
  PushOneRow(lua, keys, view, None{});
  for (const auto& [name, push] : keys.keys()) {
    if (std::ranges::count(costly, name) > 0) continue;
    lua_getfield(lua, -1, name.c_str());
    lua_pop(lua, 1);
  }
}

void PushTcpFlows(lua_State* lua, const View& view) {
  PushRead(lua, TcpFlowKeys(), view, {"numSynFlows", "numEstablishedFlows"});
}

void PushSinceReset(lua_State* lua, const View& view) {
  const CounterResets::Counters before = view.call.services.counter_resets.Of(view.interface.name);
  const CounterResets::Counters now = NowOf(view);
  lua_createtable(lua, 0, 3);
  SetTraffic(lua, now.received - before.received);
  SetField(lua, "drops", now.dropped_packets - before.dropped_packets);
}

void PushLocalStats(lua_State* lua, const View& view) {
  const model::LocalMatrix& matrix = CountersOf(view).local_matrix;
  lua_createtable(lua, 0, 2);
  const auto push = [&](const char* name, uint64_t model::Traffic::*unit) {
    lua_createtable(lua, 0, 4);
    SetField(lua, "local2local", matrix[true][true].*unit);
    SetField(lua, "local2remote", matrix[true][false].*unit);
    SetField(lua, "remote2local", matrix[false][true].*unit);
    SetField(lua, "remote2remote", matrix[false][false].*unit);
    lua_setfield(lua, -2, name);
  };
  push("packets", &model::Traffic::packets);
  push("bytes", &model::Traffic::bytes);
}

void AddIdentity(Keys& keys) {
  keys.Add("name", kText, "Name.", [](const View& view, None) { return view.interface.name; });
  keys.Add("description", kText, "What was asked for: the name, or the file's path.",
           [](const View& view, None) { return view.interface.source; });
  for (const char* const name : {"id", "ifid"}) {
    keys.Add(name, kWhole, "Number, as in getIfNames.",
             [](const View& view, None) { return view.interface_index; });
  }
  keys.Add("type", kText, "\"pcap\": a live interface; \"pcap dump\": a capture file.",
           [](const View& view, None) { return view.interface.live ? "pcap" : "pcap dump"; });
  keys.Add("isView", kTruth, "Always false.", [](const View&, None) { return false; });
  keys.Add("inline", kTruth, "Always false.", [](const View&, None) { return false; });
  keys.Add("scalingFactor", kWhole, "Always 1: every packet counts.",
           [](const View&, None) { return 1; });
  keys.Add("has_macs", kTruth, "Whether its frames have MAC addresses.",
           [](const View& view, None) { return CountersOf(view).devices > 0; });
  keys.Add("vlan", kTruth, "Whether it had frames in a VLAN.", [](const View& view, None) {
    for (const model::VlanRecord& vlan : view.tables.vlans) {
      if (vlan.interface_index == view.interface_index && vlan.vlan != 0) return true;
    }
    return false;
  });
  keys.Add("seen.last", kWhole, "Time of its newest packet, seconds since 1970.",
           [](const View& view, None) { return UnixSeconds(CountersOf(view).now); });
}

void AddCounters(Keys& keys) {
  keys.Add("stats", "InterfaceTotals", "Its totals.", [](lua_State* lua, const View& view, None) {
    PushRead(lua, StatsKeys(), view, {"local_hosts"});
  });
  keys.Add("tcpFlowStats", "TcpFlowStats", "TCP flows by their state.",
           [](lua_State* lua, const View& view, None) { PushTcpFlows(lua, view); });
  keys.Add("stats_since_reset", kTable, "{packets, bytes, drops} since resetCounters().",
           [](lua_State* lua, const View& view, None) { PushSinceReset(lua, view); });
  keys.Add("eth", kTable, "{packets, bytes} of all frames; ingress is the same.",
           [](lua_State* lua, const View& view, None) {
             PushTraffic(lua, CountersOf(view).received);
             PushTraffic(lua, CountersOf(view).received);
             lua_setfield(lua, -2, "ingress");
           });
  keys.Add("localstats", kTable,
           "{packets, bytes} by {local2local, local2remote, remote2local, remote2remote}.",
           [](lua_State* lua, const View& view, None) { PushLocalStats(lua, view); });
  keys.Add("ndpi", kTable, "By application, since the start; all of it is received.",
           [](lua_State* lua, const View& view, None) { PushInterfaceApplications(lua, view); });
  keys.Add("pktSizeDistribution", kTable,
           "Packets by size, upTo64 to above9000; also as size, which pairs leaves out. upTo128 to "
           "upTo1024 end one byte "
           "before.",
           [](lua_State* lua, const View& view, None) {
             lua_newtable(lua);
             SetPacketSizes(lua, CountersOf(view).packet_sizes);
             lua_createtable(lua, 0, 1);
             lua_newtable(lua);
             SetPacketSizes(lua, CountersOf(view).packet_sizes);
             lua_setfield(lua, -2, "size");
             SetBehind(lua);
           });
  keys.Add(
      "tcpPacketStats", kTable, "{retransmissions, out_of_order, lost, keep_alive, zero_window}.",
      [](lua_State* lua, const View& view, None) { PushTcpHealth(lua, CountersOf(view).tcp); });
}

// Sums over L4 protocols.
void AddProtocols(Keys& keys) {
  const auto add = [&keys]<model::L4Class kClass>(const char* name) {
    keys.Add(name, kTable, "{packets, bytes} in flows.",
             [](lua_State* lua, const View& view, None) {
               PushTraffic(lua, CountersOf(view).l4[static_cast<size_t>(kClass)]);
             });
  };
  add.template operator()<model::L4Class::kTcp>("tcp");
  add.template operator()<model::L4Class::kUdp>("udp");
  add.template operator()<model::L4Class::kIcmp>("icmp");
  add.template operator()<model::L4Class::kIcmpv6>("icmpv6");
}

Keys MakeInterfaceKeys() {
  Keys keys("InterfaceStats",
            "The selected interface. Bytes are those of frames on the wire. What is not known is "
            "absent (nil).",
            snapshot::Detail::kCounters);
  AddIdentity(keys);
  AddCounters(keys);
  AddProtocols(keys);
  return keys;
}

const Keys& InterfaceKeys() {
  static const Keys keys = MakeInterfaceKeys();
  return keys;
}

int GetStats(lua_State* lua) {
  const View view = View::Counters(lua);
  RequireWholeInterface(view.call, "interface.getStats");
  PushAll(lua, InterfaceKeys(), view, None{});
  return 1;
}

int ResetCounters(lua_State* lua) {
  Call& call = Call::Of(lua);
  RequireAdmin(call, "interface.resetCounters");
  const View view = View::Counters(lua);
  RequireWholeInterface(call, "interface.resetCounters");
  call.services.counter_resets.Reset(view.interface.name, NowOf(view));
  return 0;
}

int GetThroughput(lua_State* lua) {
  const View view = View::Counters(lua);
  RequireWholeInterface(view.call, "interface.getThroughput");
  const model::Rates rates = CountersOf(view).rate.At(view.now());
  lua_createtable(lua, 0, 2);
  SetField(lua, "bps", static_cast<double>(rates.bits_per_second_now) / 8);
  SetField(lua, "pps", rates.packets_per_second_now);
  return 1;
}

int GetFlowsStats(lua_State* lua) {
  const View view = View::Counters(lua);
  RequireWholeInterface(view.call, "interface.getFlowsStats");
  lua_createtable(lua, 0, 3);
  SetField(lua, "num_flows", CountersOf(view).active_flows);
  SetField(lua, "total_flows", CountersOf(view).flows_created);
  PushTcpFlows(lua, view);
  lua_setfield(lua, -2, "tcpFlowStats");
  return 1;
}

}  // namespace

Part InterfacePart() {
  Part part;
  part.functions = {
      {"getStats",
       "The selected interface's counters, which never go down.",
       {{"full", "boolean?", "all of it is there anyway"}},
       {{"stats", "InterfaceStats", ""}},
       Entry<GetStats>},
      {"resetCounters",
       "Sets stats_since_reset to zero, for everybody, until the service ends. For admins.",
       {},
       {},
       Entry<ResetCounters>},
      {"getThroughput",
       "{bps, pps} in the last second that is over: **bytes a second** and packets a second.",
       {},
       {{"throughput", "{bps: number, pps: number}", ""}},
       Entry<GetThroughput>},
      {"getFlowsStats",
       "{num_flows: active ones, total_flows: since the start, tcpFlowStats}.",
       {},
       {{"stats", "{num_flows: integer, total_flows: integer, tcpFlowStats: TcpFlowStats}", ""}},
       Entry<GetFlowsStats>},
  };
  part.records = {InterfaceKeys().record(), StatsKeys().record(), TcpFlowKeys().record()};
  return part;
}

}  // namespace wiregauge::lua::compat
