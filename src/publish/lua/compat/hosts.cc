// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "publish/lua/compat/functions.h"
#include "publish/lua/compat/host_keys.h"
#include "publish/lua/compat/host_query.h"
#include "publish/lua/vm/json.h"

namespace wiregauge::lua::compat {
namespace {

constexpr uint64_t kSpendPerHost = 60;

// Pushes hosts by their keys, unless an array was asked for, and then in order.
void PushHosts(lua_State* lua, const View& view, std::span<const HostRow> hosts, bool as_array) {
  RowBatch<HostRow> batch(lua, HostKeys(), view, hosts);
  const auto count = static_cast<int>(hosts.size());
  lua_createtable(lua, count, 0);
  lua_createtable(lua, 0, as_array ? 0 : count);
  MarkObject(lua);
  for (int i = 0; i < count; ++i) {
    batch.PushRow(static_cast<size_t>(i));
    lua_pushvalue(lua, -1);
    lua_rawseti(lua, -4, i + 1);
    if (as_array) {
      lua_pop(lua, 1);
      continue;
    }
    Push(lua, HostKeyOf(*hosts[static_cast<size_t>(i)]));
    lua_insert(lua, -2);
    lua_rawset(lua, -3);
  }
  if (as_array) {
    lua_pop(lua, 1);
    lua_pushvalue(lua, -1);
  }
  lua_insert(lua, -2);
  batch.Finish();
}

// Sets them in the table on top.
void SetHosts(lua_State* lua, const View& view, std::span<const HostRow> hosts, bool as_array) {
  PushHosts(lua, view, hosts, as_array);
  lua_setfield(lua, -3, "hosts_sorted");
  lua_setfield(lua, -2, "hosts");
}

template <HostScope kScope>
int GetHostsInfo(lua_State* lua) {
  const View view = View::Rows(lua);
  State& state = State::Of(lua);
  const HostQuery query = HostQuery::OfArguments(lua, view, kScope);
  const HostOrder order(lua, query.sort_column);
  Selection<model::HostRecord> selection(state, query.page);
  state.Spend(view.tables.hosts.size() * kSpendPerHost);
  for (const model::HostRecord& host : view.tables.hosts) {
    if (!query.Matches(lua, view, host)) continue;
    selection.Offer(host, order.KeyOf(view, host), HostOrder::TieOf(host));
  }
  lua_createtable(lua, 0, 3);
  SetField(lua, "numHosts", selection.total());
  SetHosts(lua, view, selection.Finish(), query.as_array);
  return 1;
}

// (slot, details, maxHits, anomalousOnly, oneWay)
template <HostScope kScope>
int GetBatchedHostsInfo(lua_State* lua) {
  constexpr int64_t kBatch = 1024, kMostRows = int64_t{1} << 40;
  const View view = View::Rows(lua);
  const auto slot = OptionalInteger(lua, 1, "slot", 0, kMostRows).value_or(0);
  const auto most = OptionalInteger(lua, 3, "maxHits", 1, 32768).value_or(kBatch);
  if (OptionalBoolean(lua, 4, "anomalousOnly").value_or(false)) {
    throw ScriptError("anomalousOnly cannot be answered: hosts carry no anomalies here");
  }
  HostQuery query;
  query.scope = kScope;
  query.traffic_type = OptionalBoolean(lua, 5, "oneWay").value_or(false) ? 1 : 0;
  const auto& all = view.tables.hosts;
  auto at = static_cast<size_t>(slot);
  std::vector<HostRow> hosts;
  for (; at < all.size() && hosts.size() < static_cast<size_t>(most); ++at) {
    State::Of(lua).Spend(kSpendPerHost);
    if (query.Matches(lua, view, all[at])) hosts.push_back(&all[at]);
  }
  lua_createtable(lua, 0, 4);
  SetField(lua, "numHosts", hosts.size());
  if (at < all.size()) SetField(lua, "nextSlot", at);
  SetHosts(lua, view, hosts, false);
  return 1;
}

template <HostScope kScope>
int CountHosts(lua_State* lua) {
  const View view = View::Rows(lua);
  HostQuery query;
  query.scope = kScope;
  State::Of(lua).Spend(view.tables.hosts.size() * kSpendPerHost);
  Push(lua, std::ranges::count_if(view.tables.hosts, [&](const model::HostRecord& host) {
         return query.Matches(lua, view, host);
       }));
  return 1;
}

const char* const kHostsType =
    "{numHosts: integer, hosts: table<string, Host>, hosts_sorted: Host[]}";

std::vector<Parameter> HostArgumentsOf() {
  return {{"show_details", "boolean|table|nil",
           "all details are there anyway; a table has the following as named options"},
          {"sortColumn", "string?", "ip"},
          {"maxHits", "integer?", "32768"},
          {"toSkip", "integer?", "0"},
          {"a2zSortOrder", "boolean?", "true"},
          {"country", "string?", "two letters"},
          {"os", "any", "cannot be answered"},
          {"vlan", "integer?", ""},
          {"asn", "integer?", ""},
          {"network_id", "integer?", "-1: remote, -2: any"},
          {"mac", "string?", ""},
          {"pool", "integer?", ""},
          {"ipversion", "integer?", "4 or 6"},
          {"l7proto", "string|integer|nil", "hosts with it in ndpi or in an active flow"},
          {"traffic_type", "integer?", "1: one way only, 2: both ways"},
          {"filtered_hosts", "boolean?", "cannot be answered"},
          {"blacklisted_hosts", "boolean?", "cannot be answered"},
          {"anomalous", "boolean?", "cannot be answered"},
          {"dhcp_hosts", "boolean?", "cannot be answered"},
          {"cidr", "string?", "address or prefix"},
          {"device_ip", "string?", "cannot be answered"},
          {"arrayFormat", "boolean?", "hosts is an array"}};
}

Function HostsFunction(const char* name, const std::string& which, lua_CFunction entry) {
  return {
      name,
      which +
          " of the selected interface. `hosts` has them by \"ip\" or \"ip@vlan\" and, as a map, "
          "in no order; `hosts_sorted` has the same rows in order. numHosts counts all that "
          "match. Sort columns, with column_ before them or without: " +
          HostOrder::ColumnNames() + ".",
      HostArgumentsOf(),
      {{"result", kHostsType, ""}},
      entry};
}

Function BatchFunction(const char* name, const std::string& which, lua_CFunction entry) {
  return {name,
          which +
              " in pieces, in no order: begin with slot 0, go on with nextSlot until it is nil. "
              "numHosts is of the piece.",
          {{"slot", "integer?", "0"},
           {"show_details", "boolean?", "all details are there anyway"},
           {"maxHits", "integer?", "1024"},
           {"anomalousOnly", "boolean?", "cannot be answered"},
           {"oneWay", "boolean?", "hosts that only send or only receive"}},
          {{"result", std::string(kHostsType) + "|{nextSlot: integer?}", ""}},
          entry};
}

}  // namespace

Part HostPart() {
  const Parameter count = {"hosts", "integer", ""};
  Part part;
  part.functions = {
      HostsFunction("getHostsInfo", "The hosts", Entry<GetHostsInfo<HostScope::kAll>>),
      HostsFunction("getLocalHostsInfo", "The local hosts", Entry<GetHostsInfo<HostScope::kLocal>>),
      HostsFunction("getRemoteHostsInfo", "The remote hosts",
                    Entry<GetHostsInfo<HostScope::kRemote>>),
      BatchFunction("getBatchedHostsInfo", "All hosts",
                    Entry<GetBatchedHostsInfo<HostScope::kAll>>),
      BatchFunction("getBatchedLocalHostsInfo", "All local hosts",
                    Entry<GetBatchedHostsInfo<HostScope::kLocal>>),
      BatchFunction("getBatchedRemoteHostsInfo", "All remote hosts",
                    Entry<GetBatchedHostsInfo<HostScope::kRemote>>),
      {"getNumHosts", "How many hosts there are.", {}, {count}, Entry<CountHosts<HostScope::kAll>>},
      {"getNumLocalHosts",
       "How many local hosts there are.",
       {},
       {count},
       Entry<CountHosts<HostScope::kLocal>>},
  };
  part.records = {HostKeys().record()};
  return part;
}

}  // namespace wiregauge::lua::compat
