// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "publish/json/writer.h"
#include "publish/lua/compat/flow_facts.h"
#include "publish/lua/compat/functions.h"
#include "publish/lua/compat/host_keys.h"
#include "publish/lua/compat/host_name.h"
#include "publish/lua/compat/host_tables.h"
#include "publish/lua/compat/memo.h"
#include "publish/lua/vm/json.h"

namespace wiregauge::lua::compat {
namespace {

constexpr uint64_t kSpendPerHost = 100;

// Of the arguments (host [, vlan]); null when there is no such host.
const model::HostRecord* HostOf(lua_State* lua, const View& view) {
  const auto name = HostArguments(lua, 1);
  return name ? Memo::Of(lua).FindHost(view, name->ip, name->vlan) : nullptr;
}

int GetHostInfo(lua_State* lua) {
  const View view = View::Rows(lua);
  const HostRow host = HostOf(lua, view);
  if (host == nullptr) return NoAnswer(lua);
  PushOneRow(lua, HostKeys(), view, host);
  return 1;
}

int GetHostMinInfo(lua_State* lua) {
  const View view = View::Rows(lua);
  const HostRow host = HostOf(lua, view);
  if (host == nullptr) return NoAnswer(lua);
  lua_createtable(lua, 0, 8);
  for (const char* const name : {"ip", "vlan", "mac", "name", "localhost", "is_multicast",
                                 "is_broadcast", "local_network_id", "country", "host_pool_id"}) {
    Push(lua, name);
    HostKeys().Find(name)(lua, view, host);
    lua_rawset(lua, -3);
  }
  return 1;
}

int GetHostCountry(lua_State* lua) {
  const View view = View::Rows(lua);
  const HostRow host = HostOf(lua, view);
  if (host == nullptr || !host->place.country.known()) return NoAnswer(lua);
  Push(lua, host->place.country.text());
  return 1;
}

int GetHostActivityMap(lua_State* lua) {
  const View view = View::Rows(lua);
  const HostRow host = HostOf(lua, view);
  if (host == nullptr) return NoAnswer(lua);
  PushActivity(lua, view, *host);
  MarkObject(lua);
  std::string text;
  WriteJson(lua, -1, text);
  Push(lua, text);
  return 1;
}

int GetDpiHostStats(lua_State* lua) {
  const View view = View::Rows(lua);
  const HostRow host = HostOf(lua, view);
  if (host == nullptr) return NoAnswer(lua);
  lua_createtable(lua, 0, 2);
  PushApplications(lua, view, *host);
  lua_setfield(lua, -2, "ndpi");
  PushCategories(lua, view, *host);
  lua_setfield(lua, -2, "ndpi_categories");
  return 1;
}

bool Holds(const model::HostRecord& host, const TextSearch& search) {
  if (search.IsIn(host.ip.ToString()) || search.IsIn(HostKeyOf(host))) return true;
  if (!host.mac.IsZero() && search.IsIn(host.mac.ToString())) return true;
  if (host.names == nullptr) return false;
  for (const model::HostName& name : host.names->all()) {
    if (search.IsIn(name.name)) return true;
  }
  return false;
}

// {["ip" or "ip@vlan"] = best name or address}
int FindHost(lua_State* lua) {
  constexpr size_t kMost = 100;
  constexpr uint64_t kSpendPerSearch = 1000;
  const View view = View::Rows(lua);
  const std::string_view text = TextArgument(lua, 1, "text");
  lua_newtable(lua);
  MarkObject(lua);
  if (text.empty()) return 1;
  const TextSearch search(text);
  size_t found = 0;
  for (const model::HostRecord& host : view.tables.hosts) {
    if (host.interface_index != view.interface_index) continue;
    State::Of(lua).Spend(kSpendPerSearch);
    if (!Holds(host, search)) continue;
    const model::HostName* const best = host.names ? host.names->best() : nullptr;
    SetField(lua, HostKeyOf(host), best != nullptr ? best->name : host.ip.ToString());
    if (++found == kMost) break;
  }
  return 1;
}

std::optional<MacAddress> MacArgument(lua_State* lua) {
  return MacAddress::Parse(TextArgument(lua, 1, "mac"));
}

// The hosts whose frames have this MAC address, by their keys.
int GetMacHosts(lua_State* lua) {
  const View view = View::Rows(lua);
  const auto mac = MacArgument(lua);
  std::vector<HostRow> hosts;
  State::Of(lua).Spend(view.tables.hosts.size() * kSpendPerHost);
  for (const model::HostRecord& host : view.tables.hosts) {
    if (host.interface_index == view.interface_index && mac && host.mac == *mac) {
      hosts.push_back(&host);
    }
  }
  RowBatch<HostRow> batch(lua, HostKeys(), view, hosts);
  lua_newtable(lua);
  MarkObject(lua);
  for (size_t i = 0; i < hosts.size(); ++i) {
    Push(lua, HostKeyOf(*hosts[i]));
    batch.PushRow(i);
    lua_rawset(lua, -3);
  }
  batch.Finish();
  return 1;
}

// {["ip" or "ip@vlan"] = mac}
int FindHostByMac(lua_State* lua) {
  const View view = View::Rows(lua);
  const auto mac = MacArgument(lua);
  lua_newtable(lua);
  MarkObject(lua);
  State::Of(lua).Spend(view.tables.hosts.size() * kSpendPerHost);
  for (const model::HostRecord& host : view.tables.hosts) {
    if (host.interface_index == view.interface_index && mac && host.mac == *mac) {
      SetField(lua, HostKeyOf(host), mac->ToString());
    }
  }
  return 1;
}

int ListHttpHosts(lua_State* lua) {
  const View view = View::Rows(lua);
  std::map<std::string, uint64_t> requests;
  for (const model::HostRecord& host : view.tables.hosts) {
    State::Of(lua).Spend(kSpendPerHost);
    if (host.interface_index != view.interface_index || host.http == nullptr) continue;
    for (const model::VirtualHosts::Row& row : host.http->virtual_hosts.rows()) {
      State::Of(lua).Spend(kSpendPerHost);
      requests[row.name] += row.requests;
    }
  }
  lua_newtable(lua);
  MarkObject(lua);
  for (const auto& [name, count] : requests) {
    Push(lua, name);
    lua_createtable(lua, 0, 1);
    SetField(lua, "http.requests", count);
    lua_rawset(lua, -3);
  }
  return 1;
}

// What is known of an address without any traffic of it.
int GetAddressInfo(lua_State* lua) {
  const auto host = ParseHost(TextArgument(lua, 1, "address"));
  if (!host) return NoAnswer(lua);
  const auto& networks = Call::Of(lua).services.places.networks();
  bool is_local = false;
  for (const model::LocalNetwork& network : networks) {
    for (const IpNetwork& prefix : network.prefixes) is_local |= prefix.Contains(host->ip);
  }
  lua_createtable(lua, 0, 6);
  SetField(lua, "ip", host->ip.ToString());
  SetField(lua, "version", host->ip.version());
  SetField(lua, "is_local", is_local);
  SetField(lua, "is_private", IsPrivate(host->ip));
  SetField(lua, "is_multicast", host->ip.IsMulticast());
  SetField(lua, "is_broadcast", host->ip.IsBroadcast());
  return 1;
}

}  // namespace

Part HostDetailPart() {
  const std::vector<Parameter> host = {{"host", "string", "\"ip\" or \"ip@vlan\""},
                                       {"vlan", "integer?", "unless the host has one"}};
  Part part;
  part.functions = {
      {"getHostInfo",
       "The host; nil when there is none.",
       host,
       {{"host", "Host?", ""}},
       Entry<GetHostInfo>},
      {"getHostMinInfo",
       "The host with few keys; nil when there is none.",
       host,
       {{"host", "Host?", ""}},
       Entry<GetHostMinInfo>},
      {"getHostCountry",
       "Its country, two letters; nil when it is not known.",
       host,
       {{"country", "string?", ""}},
       Entry<GetHostCountry>},
      {"getHostActivityMap",
       "JSON text {\"epoch\": 1}: the minutes of the last 24 hours with a packet of the host.",
       host,
       {{"json", "string?", "nil: there is no such host"}},
       Entry<GetHostActivityMap>},
      {"getnDPIHostStats",
       "The host's applications and categories: {ndpi, ndpi_categories}, as in its record.",
       host,
       {{"stats", "table?", ""}},
       Entry<GetDpiHostStats>},
      {"findHost",
       "Hosts whose address, name or MAC address contains the text, 100 at most.",
       {{"text", "string", ""}},
       {{"hosts", "table<string, string>", "names by \"ip\" or \"ip@vlan\""}},
       Entry<FindHost>},
      {"getMacHosts",
       "The hosts whose frames have this MAC address.",
       {{"mac", "string", ""}},
       {{"hosts", "table<string, Host>", ""}},
       Entry<GetMacHosts>},
      {"findHostByMac",
       "The hosts whose frames have this MAC address, with it.",
       {{"mac", "string", ""}},
       {{"hosts", "table<string, string>", ""}},
       Entry<FindHostByMac>},
      {"listHTTPhosts",
       "Names that were asked for over HTTP: {[name] = {\"http.requests\"}}.",
       {},
       {{"names", "table<string, table>", ""}},
       Entry<ListHttpHosts>},
      {"getAddressInfo",
       "Of an address, whether it has traffic or not: {ip, version, is_local, is_private, "
       "is_multicast, is_broadcast}; nil when it is no address.",
       {{"address", "string", ""}},
       {{"info", "table?", ""}},
       Entry<GetAddressInfo>},
  };
  return part;
}

}  // namespace wiregauge::lua::compat
