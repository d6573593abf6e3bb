// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/compat/host_tables.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <string>

#include "publish/lua/compat/memo.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua::compat {
namespace {

constexpr std::array<const char*, model::kPacketSizeBounds.size() + 1> kSizeNames = {
    "upTo64",   "upTo128",  "upTo256",  "upTo512",  "upTo1024",
    "upTo1518", "upTo2500", "upTo6500", "upTo9000", "above9000"};

void SetTwoWay(lua_State* lua, const model::TwoWay& traffic) {
  SetField(lua, "bytes.sent", traffic.sent.bytes);
  SetField(lua, "bytes.rcvd", traffic.received.bytes);
  SetField(lua, "packets.sent", traffic.sent.packets);
  SetField(lua, "packets.rcvd", traffic.received.packets);
}

void SetFlags(lua_State* lua, const model::TcpFlagCounts& flags) {
  SetField(lua, "syn", flags.syn_packets);
  SetField(lua, "synack", flags.syn_ack_packets);
  SetField(lua, "finack", flags.fin_packets);
  SetField(lua, "rst", flags.rst_packets);
}

// Queries by type; the ones that ntopng has no name for are in num_other.
void PushQueries(lua_State* lua, const model::DnsMessages& messages) {
  constexpr std::array<std::string_view, 9> kNamed = {"a",  "ns",  "cname", "soa", "ptr",
                                                      "mx", "txt", "aaaa",  "any"};
  uint64_t other = 0;
  lua_createtable(lua, 0, 10);
  for (size_t i = 0; i < messages.queries.size(); ++i) {
    const std::string_view name = model::DnsQueryTypeClassName(i);
    if (std::ranges::count(kNamed, name) > 0) {
      SetField(lua, "num_" + std::string(name), messages.queries[i]);
    } else {
      other += messages.queries[i];
    }
  }
  SetField(lua, "num_other", other);
}

// What went one way: the queries of one role and the responses of the other.
void PushDnsWay(lua_State* lua, const model::DnsMessages& asked,
                const model::DnsMessages& answered) {
  const auto sum = [](const auto& counts) {
    return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
  };
  lua_createtable(lua, 0, 4);
  SetField(lua, "num_queries", sum(asked.queries));
  SetField(lua, "num_replies_ok", answered.responses[0]);
  SetField(lua, "num_replies_error", sum(answered.responses) - answered.responses[0]);
  PushQueries(lua, asked);
  lua_setfield(lua, -2, "queries");
}

void PushHttpQuery(lua_State* lua, const model::HttpMessages& asked) {
  constexpr std::array<std::string_view, 4> kNamed = {"get", "post", "head", "put"};
  uint64_t total = 0, other = 0;
  lua_createtable(lua, 0, 6);
  for (size_t i = 0; i < asked.requests.size(); ++i) {
    const std::string_view name = model::HttpMethodName(i);
    total += asked.requests[i];
    if (std::ranges::count(kNamed, name) > 0) {
      SetField(lua, "num_" + std::string(name), asked.requests[i]);
    } else {
      other += asked.requests[i];
    }
  }
  SetField(lua, "num_other", other);
  SetField(lua, "total", total);
}

// What went one way: the requests of one role and the responses of the other.
void PushHttpWay(lua_State* lua, const model::HttpMessages& asked,
                 const model::HttpMessages& answered) {
  lua_createtable(lua, 0, 2);
  PushHttpQuery(lua, asked);
  lua_setfield(lua, -2, "query");
  uint64_t total = 0;
  lua_createtable(lua, 0, 6);
  for (size_t i = 0; i < answered.responses.size(); ++i) {
    SetField(lua, "num_" + std::to_string(i + 1) + "xx", answered.responses[i]);
    total += answered.responses[i];
  }
  SetField(lua, "total", total);
  lua_setfield(lua, -2, "response");
}

void PushVirtualHosts(lua_State* lua, const model::VirtualHosts& hosts) {
  lua_newtable(lua);
  MarkObject(lua);
  for (const model::VirtualHosts::Row& row : hosts.rows()) {
    Push(lua, row.name);
    lua_createtable(lua, 0, 1);
    SetField(lua, "http.requests", row.requests);
    lua_rawset(lua, -3);
  }
}

const char* NtopNameOf(model::NameSource source) {
  switch (source) {
    case model::NameSource::kDhcp:
      return "dhcp";
    case model::NameSource::kMdns:
      return "mdns";
    case model::NameSource::kNetbios:
      return "netbios";
    case model::NameSource::kTlsSni:
      return "tls";
    case model::NameSource::kHttpHost:
      return "http";
    case model::NameSource::kDns:
      return "resolved";
    default:
      return model::NameSourceName(source);
  }
}

}  // namespace

void PushApplications(lua_State* lua, const View& view, const model::HostRecord& host) {
  const model::ApplicationCatalogue& catalogue = view.catalogue();
  const model::HostTallies tallies = Memo::Of(lua).TalliesOf(view, host);
  lua_newtable(lua);
  MarkObject(lua);
  for (const auto& item : tallies.applications.items) {
    Push(lua, catalogue.ApplicationName(item.key));
    lua_createtable(lua, 0, 6);
    if (item.key < catalogue.applications.size()) {
      SetField(lua, "breed", catalogue.applications[item.key].breed);
    }
    SetTwoWay(lua, item.tally.traffic);
    SetField(lua, "num_flows", item.tally.flows);
    lua_rawset(lua, -3);
  }
}

void PushCategories(lua_State* lua, const View& view, const model::HostRecord& host) {
  const model::ApplicationCatalogue& catalogue = view.catalogue();
  const model::HostTallies tallies = Memo::Of(lua).TalliesOf(view, host);
  std::map<uint8_t, model::TwoWay> categories;
  for (const auto& item : tallies.applications.items) {
    if (item.key >= catalogue.applications.size()) continue;
    categories[catalogue.applications[item.key].category] += item.tally.traffic;
  }
  lua_newtable(lua);
  MarkObject(lua);
  for (const auto& [id, traffic] : categories) {
    Push(lua, catalogue.CategoryName(id));
    lua_createtable(lua, 0, 4);
    SetField(lua, "category", id);
    SetField(lua, "bytes", traffic.sent.bytes + traffic.received.bytes);
    SetField(lua, "bytes.sent", traffic.sent.bytes);
    SetField(lua, "bytes.rcvd", traffic.received.bytes);
    lua_rawset(lua, -3);
  }
}

void SetPacketSizes(lua_State* lua, const model::PacketSizes& sizes) {
  for (size_t i = 0; i < kSizeNames.size(); ++i) SetField(lua, kSizeNames[i], sizes.packets[i]);
}

void SetBehind(lua_State* lua) {
  lua_createtable(lua, 0, 1);
  lua_insert(lua, -2);
  lua_setfield(lua, -2, "__index");
  lua_setmetatable(lua, -2);
}

void PushPacketStats(lua_State* lua, const model::PacketSizes& sizes,
                     const model::TcpFlagCounts& flags) {
  lua_createtable(lua, 0, 14);
  SetPacketSizes(lua, sizes);
  SetFlags(lua, flags);
  lua_createtable(lua, 0, 2);
  lua_createtable(lua, 0, 10);
  SetPacketSizes(lua, sizes);
  lua_setfield(lua, -2, "size");
  lua_createtable(lua, 0, 4);
  SetFlags(lua, flags);
  lua_setfield(lua, -2, "tcp_flags");
  SetBehind(lua);
}

void PushDns(lua_State* lua, const model::HostRecord& host) {
  if (host.dns == nullptr) return lua_pushnil(lua);
  lua_createtable(lua, 0, 2);
  PushDnsWay(lua, host.dns->as_client, host.dns->as_server);
  lua_setfield(lua, -2, "sent");
  PushDnsWay(lua, host.dns->as_server, host.dns->as_client);
  lua_setfield(lua, -2, "rcvd");
}

void PushHttp(lua_State* lua, const model::HostRecord& host) {
  if (host.http == nullptr) return lua_pushnil(lua);
  lua_createtable(lua, 0, 3);
  PushHttpWay(lua, host.http->as_client, host.http->as_server);
  lua_setfield(lua, -2, "sender");
  PushHttpWay(lua, host.http->as_server, host.http->as_client);
  lua_setfield(lua, -2, "receiver");
  PushVirtualHosts(lua, host.http->virtual_hosts);
  lua_setfield(lua, -2, "virtual_hosts");
}

void PushIcmp(lua_State* lua, const model::HostRecord& host, uint8_t l4_protocol) {
  if (host.details == nullptr) return lua_pushnil(lua);
  size_t rows = 0;
  lua_newtable(lua);
  for (const auto& [key, traffic] : host.details->icmp.items) {
    if (key.l4_protocol != l4_protocol) continue;
    Push(lua, std::to_string(key.type) + "," + std::to_string(key.code));
    lua_createtable(lua, 0, 2);
    SetField(lua, "sent", traffic.sent.packets);
    SetField(lua, "rcvd", traffic.received.packets);
    lua_rawset(lua, -3);
    ++rows;
  }
  if (rows > 0) return;
  lua_pop(lua, 1);
  lua_pushnil(lua);
}

void PushTcpHealth(lua_State* lua, const model::TcpHealth& health) {
  lua_createtable(lua, 0, 5);
  SetField(lua, "retransmissions", health.retransmitted_packets);
  SetField(lua, "out_of_order", health.out_of_order_packets);
  SetField(lua, "lost", health.lost_segments);
  SetField(lua, "keep_alive", health.keep_alives);
  SetField(lua, "zero_window", health.zero_windows);
}

void PushNames(lua_State* lua, const model::HostRecord& host) {
  lua_newtable(lua);
  MarkObject(lua);
  if (host.names == nullptr) return;
  for (const model::HostName& name : host.names->all()) {
    SetField(lua, NtopNameOf(name.source), name.name);
  }
}

void PushActivity(lua_State* lua, const View& view, const model::HostRecord& host) {
  lua_newtable(lua);
  for (const uint32_t minute : host.ActiveMinutes(view.interface.counters.now)) {
    SetField(lua, std::to_string(uint64_t{minute} * 60), 1);
  }
}

}  // namespace wiregauge::lua::compat
