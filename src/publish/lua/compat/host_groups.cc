// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <compare>
#include <map>
#include <string>
#include <utility>

#include "publish/lua/compat/functions.h"
#include "publish/lua/compat/host_keys.h"
#include "publish/lua/compat/host_query.h"
#include "publish/lua/vm/json.h"

// Hosts summed by what they have in common.
namespace wiregauge::lua::compat {
namespace {

using Host = const model::HostRecord&;

constexpr uint64_t kSpendPerHost = 60;

// What hosts of one group share: a number, or a text ("" when it is not known).
struct GroupId {
  int64_t number = 0;
  std::string text{};

  auto operator<=>(const GroupId&) const = default;
};

struct Group {
  uint64_t hosts = 0;
  uint64_t alerts = 0;
  bool alerts_are_known = false;
  model::TwoWay traffic{};
  model::Rates rates{};
  Timestamp first_seen = Timestamp::max();
  Timestamp last_seen = Timestamp::min();
  HostRow any = nullptr;
};

struct Grouping {
  std::string_view name;
  bool by_number;
  GroupId (*id)(Host);
  // Nothing: the name is the id.
  std::optional<std::string> (*name_of)(const View&, Host);
};

std::optional<std::string> Copy(std::optional<std::string_view> text) {
  return text ? std::optional(std::string(*text)) : std::nullopt;
}
std::optional<std::string> NoName(const View&, Host) { return std::nullopt; }
std::optional<std::string> AsNameOf(const View& view, Host host) {
  return view.places().AsName(host.place).value_or("");
}
std::optional<std::string> NetworkOf(const View& view, Host host) {
  return Copy(view.places().NetworkName(host.place).value_or("remote"));
}
std::optional<std::string> PoolOf(const View& view, Host host) {
  return Copy(view.places().PoolName(host.place).value_or(""));
}

GroupId NetworkId(Host host) { return {.number = int64_t{host.place.network} - 1}; }

constexpr std::array<Grouping, 7> kGroupings = {{
    {"asn", true, [](Host host) { return GroupId{.number = host.place.asn}; }, AsNameOf},
    {"vlan", true, [](Host host) { return GroupId{.number = host.vlan}; }, NoName},
    {"local_network_id", true, NetworkId, NetworkOf},
    {"local_network", true, NetworkId, NetworkOf},
    {"pool_id", true, [](Host host) { return GroupId{.number = host.place.pool}; }, PoolOf},
    {"country", false,
     [](Host host) {
       const bool is_known = host.place.country.known();
       return GroupId{.text = is_known ? host.place.country.text() : ""};
     },
     NoName},
    {"mac", false,
     [](Host host) { return GroupId{.text = host.mac == MacAddress{} ? "" : host.mac.ToString()}; },
     NoName},
}};

std::string GroupingNames() {
  std::string names;
  for (const Grouping& grouping : kGroupings) {
    names += (names.empty() ? "" : ", ") + std::string(grouping.name);
  }
  return names;
}

const Grouping& FindGrouping(std::string_view name) {
  for (const Grouping& grouping : kGroupings) {
    if (grouping.name == WithoutColumnPrefix(name)) return grouping;
  }
  throw ScriptError("groupBy is to be one of " + GroupingNames() + ", not \"" + std::string(name) +
                    '"');
}

void AddTo(Group& group, const View& view, Host host) {
  const model::Rates rates = host.rate.At(view.now());
  ++group.hosts;
  if (const auto alerts = AlertsOf(view, host)) {
    group.alerts += alerts->engaged;
    group.alerts_are_known = true;
  }
  group.traffic += host.traffic;
  group.rates.bits_per_second_now += rates.bits_per_second_now;
  group.rates.packets_per_second_now += rates.packets_per_second_now;
  group.first_seen = std::min(group.first_seen, host.first_seen);
  group.last_seen = std::max(group.last_seen, host.last_seen);
  group.any = &host;
}

void PushId(lua_State* lua, const Grouping& grouping, const GroupId& id) {
  if (grouping.by_number) {
    Push(lua, id.number);
  } else {
    Push(lua, id.text);
  }
}

void PushGroup(lua_State* lua, const View& view, const Grouping& grouping, const GroupId& id,
               const Group& group) {
  lua_createtable(lua, 0, 12);
  PushId(lua, grouping, id);
  lua_setfield(lua, -2, "id");
  const std::string plain = grouping.by_number ? std::to_string(id.number) : id.text;
  SetField(lua, "name", grouping.name_of(view, *group.any).value_or(plain));
  if (grouping.name == "country") SetField(lua, "country", id.text);
  SetField(lua, "num_hosts", group.hosts);
  if (group.alerts_are_known) SetField(lua, "num_alerts", group.alerts);
  SetField(lua, "bytes.sent", group.traffic.sent.bytes);
  SetField(lua, "bytes.rcvd", group.traffic.received.bytes);
  SetField(lua, "packets.sent", group.traffic.sent.packets);
  SetField(lua, "packets.rcvd", group.traffic.received.packets);
  SetField(lua, "throughput_bps", static_cast<double>(group.rates.bits_per_second_now) / 8);
  SetField(lua, "throughput_pps", group.rates.packets_per_second_now);
  SetField(lua, "seen.first", UnixSeconds(group.first_seen));
  SetField(lua, "seen.last", UnixSeconds(group.last_seen));
}

// ([show_details,] groupBy, ...)
int GetGroupedHosts(lua_State* lua) {
  const View view = View::Rows(lua);
  if (lua_type(lua, 1) == LUA_TSTRING) {
    lua_pushnil(lua);
    lua_insert(lua, 1);
  }
  const Grouping& grouping = FindGrouping(OptionalText(lua, 2, "groupBy").value_or("asn"));
  const HostQuery query = HostQuery::OfGroupArguments(lua, view);
  std::map<GroupId, Group> groups;
  State::Of(lua).Spend(view.tables.hosts.size() * kSpendPerHost);
  for (Host host : view.tables.hosts) {
    if (query.Matches(lua, view, host)) AddTo(groups[grouping.id(host)], view, host);
  }
  lua_createtable(lua, 0, static_cast<int>(groups.size()));
  MarkObject(lua);
  for (const auto& [id, group] : groups) {
    PushId(lua, grouping, id);
    PushGroup(lua, view, grouping, id, group);
    lua_rawset(lua, -3);
  }
  return 1;
}

}  // namespace

Part HostGroupPart() {
  Part part;
  part.functions = {
      {"getGroupedHosts",
       "Hosts summed by what they have in common: {[id] = {id, name, num_hosts, num_alerts, "
       "bytes.sent, bytes.rcvd, packets.sent, packets.rcvd, throughput_bps, throughput_pps, "
       "seen.first, seen.last}}. The id is a number, of countries and MAC addresses a text, \"\" "
       "when it is not known. groupBy may also stand first. Before pool there may be a truth "
       "value, "
       "which makes no difference.",
       {{"show_details", "boolean?", "makes no difference"},
        {"groupBy", "string?", "asn (default); " + GroupingNames()},
        {"country", "string?", "two letters"},
        {"os", "any", "cannot be answered"},
        {"vlan", "integer?", ""},
        {"asn", "integer?", ""},
        {"network_id", "integer?", "-1: remote, -2: any"},
        {"pool", "integer?", ""},
        {"ipversion", "integer?", "4 or 6"}},
       {{"groups", "table<integer|string, table>", ""}},
       Entry<GetGroupedHosts>},
  };
  return part;
}

}  // namespace wiregauge::lua::compat
