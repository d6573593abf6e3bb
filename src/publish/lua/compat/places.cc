// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "publish/json/flow_json.h"
#include "publish/lua/compat/functions.h"
#include "publish/lua/compat/options.h"
#include "publish/lua/compat/rows.h"
#include "publish/lua/compat/selection.h"
#include "publish/lua/vm/json.h"

// Autonomous systems, countries, local networks and VLANs.
namespace wiregauge::lua::compat {
namespace {

using model::PlaceKind;

constexpr const char* kText = "string";
constexpr const char* kWhole = "integer";
constexpr const char* kReal = "number";

// A place's sums and what its hosts tell.
struct PlaceEntry {
  uint32_t number = 0;
  model::Place place{};
  model::PlaceTally tally{};
  uint64_t hosts = 0;
  Timestamp first_seen = Timestamp::max(), last_seen{};
  uint64_t bits_per_second = 0, packets_per_second = 0;
};
using PlaceKeys = KeyTable<PlaceEntry>;

void AddSeen(PlaceKeys& keys) {
  keys.Add("num_hosts", kWhole, "Hosts there are of it.",
           [](const View&, const PlaceEntry& row) { return row.hosts; });
  keys.Add("seen.first", kWhole, "First packet of its hosts, seconds since 1970.",
           [](const View&, const PlaceEntry& row) -> std::optional<int64_t> {
             if (row.hosts == 0) return std::nullopt;
             return UnixSeconds(row.first_seen);
           });
  keys.Add("seen.last", kWhole, "Last packet of its hosts, seconds since 1970.",
           [](const View&, const PlaceEntry& row) -> std::optional<int64_t> {
             if (row.hosts == 0) return std::nullopt;
             return UnixSeconds(row.last_seen);
           });
  keys.Add("throughput_bps", kReal, "**Bytes a second** in the last second that is over.",
           [](const View&, const PlaceEntry& row) {
             return static_cast<double>(row.bits_per_second) / 8;
           });
  keys.Add("throughput_pps", kReal, "Packets a second in the last second that is over.",
           [](const View&, const PlaceEntry& row) { return row.packets_per_second; });
}

void AddTwoWay(PlaceKeys& keys) {
  keys.Add("bytes.sent", kWhole, "Frame bytes its hosts sent.",
           [](const View&, const PlaceEntry& row) { return row.tally.sent.bytes; });
  keys.Add("bytes.rcvd", kWhole, "Frame bytes its hosts received.",
           [](const View&, const PlaceEntry& row) { return row.tally.received.bytes; });
  keys.Add("packets.sent", kWhole, "Packets its hosts sent.",
           [](const View&, const PlaceEntry& row) { return row.tally.sent.packets; });
  keys.Add("packets.rcvd", kWhole, "Packets its hosts received.",
           [](const View&, const PlaceEntry& row) { return row.tally.received.packets; });
}

void AddDirections(PlaceKeys& keys) {
  keys.Add("ingress", kWhole, "Frame bytes into it.",
           [](const View&, const PlaceEntry& row) { return row.tally.ingress().bytes; });
  keys.Add("egress", kWhole, "Frame bytes out of it.",
           [](const View&, const PlaceEntry& row) { return row.tally.egress().bytes; });
  keys.Add("inner", kWhole, "Frame bytes between its hosts.",
           [](const View&, const PlaceEntry& row) { return row.tally.inner.bytes; });
  keys.Add("bytes", kWhole, "Frame bytes of all three.",
           [](const View&, const PlaceEntry& row) { return row.tally.traffic().bytes; });
}

const PlaceKeys& AsKeys() {
  static const PlaceKeys keys = [] {
    PlaceKeys made("AutonomousSystem", "An autonomous system that has traffic.");
    made.Add("asn", kWhole, "Number.",
             [](const View&, const PlaceEntry& row) { return row.number; });
    made.Add("asname", kText, "Name.", [](const View& view, const PlaceEntry& row) {
      return view.places().AsName(row.place);
    });
    AddTwoWay(made);
    AddSeen(made);
    return made;
  }();
  return keys;
}

const PlaceKeys& CountryKeys() {
  static const PlaceKeys keys = [] {
    PlaceKeys made("Country", "A country that has traffic.");
    made.Add("country", kText, "ISO 3166-1 alpha-2.",
             [](const View&, const PlaceEntry& row) { return row.place.country.text(); });
    AddDirections(made);
    AddSeen(made);
    return made;
  }();
  return keys;
}

const PlaceKeys& NetworkKeys() {
  static const PlaceKeys keys = [] {
    PlaceKeys made("Network", "A local network.");
    made.Add("network_id", kWhole, "Number, from 0 on.",
             [](const View&, const PlaceEntry& row) { return row.number - 1; });
    made.Add("network_key", kText, "Name.", [](const View& view, const PlaceEntry& row) {
      return view.places().NetworkName(row.place);
    });
    AddDirections(made);
    AddSeen(made);
    return made;
  }();
  return keys;
}

// What hosts and active flows add to the sums.
class Facts {
 public:
  Facts(PlaceKind kind, std::vector<PlaceEntry>& rows) : kind_(kind) {
    for (PlaceEntry& row : rows) rows_.emplace(row.number, &row);
  }

  void AddHost(const model::HostRecord& host) {
    PlaceEntry* const row = Find(host.place);
    if (row == nullptr) return;
    ++row->hosts;
    row->first_seen = std::min(row->first_seen, host.first_seen);
    row->last_seen = std::max(row->last_seen, host.last_seen);
  }
  // A flow within one place counts once.
  void AddFlow(const model::FlowRecord& flow, const model::Rates& rates) {
    PlaceEntry* const client = Find(flow.client.place);
    PlaceEntry* const server = Find(flow.server.place);
    AddRates(client, rates);
    if (server != client) AddRates(server, rates);
  }

 private:
  static void AddRates(PlaceEntry* row, const model::Rates& rates) {
    if (row == nullptr) return;
    row->bits_per_second += rates.bits_per_second_now;
    row->packets_per_second += rates.packets_per_second_now;
  }
  PlaceEntry* Find(const model::Place& place) const {
    const auto row = rows_.find(model::PlaceNumber(kind_, place));
    return row == rows_.end() ? nullptr : row->second;
  }

  const PlaceKind kind_;
  std::unordered_map<uint32_t, PlaceEntry*> rows_;
};

// Those that have a number: hosts that are in no such place have no row.
std::vector<PlaceEntry> EntriesOf(lua_State* lua, const View& view, PlaceKind kind) {
  constexpr uint64_t kSpendPerFlow = 150, kSpendPerHost = 30;
  for (const auto& batch : view.tables.active_flows) {
    State::Of(lua).Spend(batch->size() * kSpendPerFlow);
  }
  State::Of(lua).Spend(view.tables.hosts.size() * kSpendPerHost);
  std::vector<PlaceEntry> rows;
  const std::array<uint16_t, 1> interfaces = {view.interface_index};
  const model::PlaceTable table = snapshot::PlacesOf(view.tables, kind, interfaces);
  for (const model::PlaceRow& row : table.rows()) {
    if (row.number != 0) rows.push_back({row.number, row.place, row.tally});
  }
  Facts facts(kind, rows);
  for (const model::HostRecord& host : view.tables.hosts) {
    if (host.interface_index == view.interface_index) facts.AddHost(host);
  }
  for (const auto& batch : view.tables.active_flows) {
    for (const model::FlowRecord& flow : *batch) {
      if (flow.interface_index != view.interface_index) continue;
      facts.AddFlow(flow, json::FlowRates(flow, view.now()));
    }
  }
  return rows;
}

using Order = SortKey (*)(const PlaceEntry&);
const std::map<std::string, Order, std::less<>>& Orders() {
  static const auto number = [](auto value) { return SortKey{.number = double(value)}; };
  static const std::map<std::string, Order, std::less<>> orders = {
      {"asn", [](const PlaceEntry& row) { return number(row.number); }},
      {"country", [](const PlaceEntry& row) { return number(row.number); }},
      {"traffic", [](const PlaceEntry& row) { return number(row.tally.traffic().bytes); }},
      {"thpt", [](const PlaceEntry& row) { return number(row.bits_per_second); }},
      {"num_hosts", [](const PlaceEntry& row) { return number(row.hosts); }},
      {"hosts", [](const PlaceEntry& row) { return number(row.hosts); }},
      {"since",
       [](const PlaceEntry& row) { return number(row.first_seen.time_since_epoch().count()); }},
  };
  return orders;
}

struct Collection {
  PlaceKind kind;
  const PlaceKeys& keys;
  const char* function;
  const char* default_column;
  const char* count_name;
  const char* rows_name;
};

int PushCollection(lua_State* lua, const Collection& collection) {
  const View view = View::Rows(lua);
  RequireWholeInterface(view.call, collection.function);
  std::string column;
  const Page page = PageArguments(lua, collection.default_column, column);
  std::vector<PlaceEntry> rows = EntriesOf(lua, view, collection.kind);
  const bool by_name = column == "asname";
  if (by_name) {
    std::ranges::stable_sort(rows, {}, [&](const PlaceEntry& row) {
      return view.places().AsName(row.place).value_or("");
    });
  }
  auto order = Orders().find(by_name ? "asn" : column);
  if (order == Orders().end()) {
    WarnOnce(lua, std::string(collection.function) + " has no sort column \"" + column +
                      "\": sorted by " + collection.default_column);
    order = Orders().find(collection.default_column);
  }
  Selection<PlaceEntry> selection(State::Of(lua), page);
  double place_by_name = 0;
  for (const PlaceEntry& row : rows) {
    SortKey key = by_name ? SortKey{.number = ++place_by_name} : order->second(row);
    key.is_known = !by_name || view.places().AsName(row.place).has_value();
    selection.Offer(row, key, row.number);
  }
  lua_createtable(lua, 0, 2);
  SetField(lua, collection.count_name, selection.total());
  PushArray(lua, collection.keys, view, selection.Finish());
  lua_setfield(lua, -2, collection.rows_name);
  return 1;
}

// Pushes the row of this number, or nothing.
int PushEntry(lua_State* lua, PlaceKind kind, const PlaceKeys& keys, const char* function,
              uint32_t number) {
  const View view = View::Rows(lua);
  RequireWholeInterface(view.call, function);
  for (const PlaceEntry& row : EntriesOf(lua, view, kind)) {
    if (row.number != number) continue;
    PushAll(lua, keys, view, row);
    return 1;
  }
  return NoAnswer(lua);
}

int GetAsesInfo(lua_State* lua) {
  return PushCollection(lua, {PlaceKind::kAutonomousSystem, AsKeys(), "interface.getASesInfo",
                              "asn", "numASes", "ASes"});
}

int GetAsInfo(lua_State* lua) {
  const auto number = IntegerArgument(lua, 1, "asn", 0, UINT32_MAX);
  return PushEntry(lua, PlaceKind::kAutonomousSystem, AsKeys(), "interface.getASInfo",
                   static_cast<uint32_t>(number));
}

int GetCountriesInfo(lua_State* lua) {
  return PushCollection(lua, {PlaceKind::kCountry, CountryKeys(), "interface.getCountriesInfo",
                              "country", "numCountries", "Countries"});
}

int GetCountryInfo(lua_State* lua) {
  const auto country = model::CountryCode::Parse(TextArgument(lua, 1, "country"));
  if (!country) return NoAnswer(lua);
  return PushEntry(lua, PlaceKind::kCountry, CountryKeys(), "interface.getCountryInfo",
                   country->number());
}

// {[name] = network}, also of networks without traffic.
int GetNetworksStats(lua_State* lua) {
  const View view = View::Rows(lua);
  RequireWholeInterface(view.call, "interface.getNetworksStats");
  const std::vector<PlaceEntry> rows = EntriesOf(lua, view, PlaceKind::kNetwork);
  const auto& networks = view.places().networks();
  lua_newtable(lua);
  MarkObject(lua);
  for (size_t i = 0; i < networks.size(); ++i) {
    PlaceEntry entry;
    entry.number = static_cast<uint32_t>(i + 1);
    entry.place.network = static_cast<uint16_t>(entry.number);
    for (const PlaceEntry& row : rows) {
      if (row.number == entry.number) entry = row;
    }
    Push(lua, view.places().NetworkName(entry.place).value_or(""));
    PushAll(lua, NetworkKeys(), view, entry);
    lua_rawset(lua, -3);
  }
  return 1;
}

int GetNetworkStats(lua_State* lua) {
  const auto id = IntegerArgument(lua, 1, "network_id", 0, 65534);
  return PushEntry(lua, PlaceKind::kNetwork, NetworkKeys(), "interface.getNetworkStats",
                   static_cast<uint32_t>(id + 1));
}

// VLANs.

struct VlanEntry {
  uint16_t vlan = 0;
  model::Traffic traffic;
  model::Rates rates;
  uint64_t hosts = 0, flows = 0, active_flows = 0;
};
using VlanKeyTable = KeyTable<VlanEntry>;

const VlanKeyTable& VlanKeys() {
  static const VlanKeyTable keys = [] {
    VlanKeyTable made("Vlan", "A VLAN of the selected interface.");
    made.Add("vlan_id", kWhole, "VLAN.",
             [](const View&, const VlanEntry& row) { return row.vlan; });
    made.Add("num_hosts", kWhole, "Hosts there are in it.",
             [](const View&, const VlanEntry& row) { return row.hosts; });
    made.Add("bytes", kWhole, "Frame bytes.",
             [](const View&, const VlanEntry& row) { return row.traffic.bytes; });
    made.Add("packets", kWhole, "Packets.",
             [](const View&, const VlanEntry& row) { return row.traffic.packets; });
    made.Add("num_flows", kWhole, "Flows since the start.",
             [](const View&, const VlanEntry& row) { return row.flows; });
    made.Add("active_flows", kWhole, "Active flows.",
             [](const View&, const VlanEntry& row) { return row.active_flows; });
    made.Add("throughput_bps", kReal, "**Bytes a second** in the last second that is over.",
             [](const View&, const VlanEntry& row) {
               return static_cast<double>(row.rates.bits_per_second_now) / 8;
             });
    made.Add("throughput_pps", kReal, "Packets a second in the last second that is over.",
             [](const View&, const VlanEntry& row) { return row.rates.packets_per_second_now; });
    return made;
  }();
  return keys;
}

std::vector<VlanEntry> VlansOf(lua_State* lua, const View& view) {
  constexpr uint64_t kSpendPerRow = 60;
  for (const auto& batch : view.tables.active_flows) {
    State::Of(lua).Spend(batch->size() * kSpendPerRow);
  }
  State::Of(lua).Spend(view.tables.hosts.size() * kSpendPerRow);
  std::vector<VlanEntry> rows;
  for (const snapshot::VlanRow& row : snapshot::VlansOf(view.tables)) {
    if (row.vlan.interface_index != view.interface_index) continue;
    rows.push_back({row.vlan.vlan, row.vlan.traffic, row.vlan.rate.At(view.now()), row.hosts,
                    row.vlan.flows, row.active_flows});
  }
  std::ranges::sort(rows, {}, &VlanEntry::vlan);
  return rows;
}

// Untagged frames are in no VLAN.
std::vector<VlanEntry> TaggedVlansOf(lua_State* lua, const View& view) {
  std::vector<VlanEntry> rows = VlansOf(lua, view);
  std::erase_if(rows, [](const VlanEntry& row) { return row.vlan == 0; });
  return rows;
}

int GetVlansInfo(lua_State* lua) {
  const View view = View::Rows(lua);
  RequireWholeInterface(view.call, "interface.getVLANsInfo");
  const std::vector<VlanEntry> rows = TaggedVlansOf(lua, view);
  lua_createtable(lua, 0, 2);
  SetField(lua, "numVLANs", rows.size());
  lua_newtable(lua);
  for (size_t i = 0; i < rows.size(); ++i) {
    PushAll(lua, VlanKeys(), view, rows[i]);
    lua_rawseti(lua, -2, static_cast<int>(i + 1));
  }
  lua_setfield(lua, -2, "VLANs");
  return 1;
}

int GetVlanInfo(lua_State* lua) {
  const View view = View::Rows(lua);
  RequireWholeInterface(view.call, "interface.getVLANInfo");
  const auto vlan = IntegerArgument(lua, 1, "vlan", 0, 4095);
  for (const VlanEntry& row : VlansOf(lua, view)) {
    if (row.vlan != vlan) continue;
    PushAll(lua, VlanKeys(), view, row);
    return 1;
  }
  return NoAnswer(lua);
}

int GetVlansList(lua_State* lua) {
  const View view = View::Rows(lua);
  RequireWholeInterface(view.call, "interface.getVLANsList");
  int index = 0;
  lua_createtable(lua, 0, 1);
  lua_newtable(lua);
  for (const VlanEntry& row : TaggedVlansOf(lua, view)) {
    lua_createtable(lua, 0, 1);
    SetField(lua, "vlan_id", row.vlan);
    lua_rawseti(lua, -2, ++index);
  }
  lua_setfield(lua, -2, "VLANs");
  return 1;
}

std::vector<Parameter> PageParameters(const char* column) {
  return {{"sortColumn", "string?", column},
          {"maxHits", "integer?", "32768"},
          {"toSkip", "integer?", "0"},
          {"a2zSortOrder", "boolean?", "true"},
          {"details", "any", "all details are there anyway"}};
}

}  // namespace

Part PlacePart() {
  Part part;
  part.functions = {
      {"getASesInfo",
       "Autonomous systems, in order. Sort columns: asn, asname, traffic, thpt, num_hosts, since.",
       PageParameters("asn"),
       {{"result", "{numASes: integer, ASes: AutonomousSystem[]}", ""}},
       Entry<GetAsesInfo>},
      {"getASInfo",
       "One of them; nil when it has no traffic.",
       {{"asn", "integer", ""}},
       {{"as", "AutonomousSystem?", ""}},
       Entry<GetAsInfo>},
      {"getCountriesInfo",
       "Countries, in order. Sort columns: country, traffic, thpt, num_hosts, since.",
       PageParameters("country"),
       {{"result", "{numCountries: integer, Countries: Country[]}", ""}},
       Entry<GetCountriesInfo>},
      {"getCountryInfo",
       "One of them; nil when it has no traffic.",
       {{"country", "string", "two letters"}},
       {{"country", "Country?", ""}},
       Entry<GetCountryInfo>},
      {"getNetworksStats",
       "All local networks by name.",
       {},
       {{"networks", "table<string, Network>", ""}},
       Entry<GetNetworksStats>},
      {"getNetworkStats",
       "One local network; nil when it has no traffic.",
       {{"network_id", "integer", "from 0 on"}},
       {{"network", "Network?", ""}},
       Entry<GetNetworkStats>},
      {"getVLANsInfo",
       "The VLANs, by number; without 0, the untagged frames.",
       {},
       {{"result", "{numVLANs: integer, VLANs: Vlan[]}", ""}},
       Entry<GetVlansInfo>},
      {"getVLANInfo",
       "One VLAN (0: untagged frames); nil when it has no traffic.",
       {{"vlan", "integer", ""}},
       {{"vlan", "Vlan?", ""}},
       Entry<GetVlanInfo>},
      {"getVLANsList",
       "Just their numbers.",
       {},
       {{"result", "{VLANs: {vlan_id: integer}[]}", ""}},
       Entry<GetVlansList>},
  };
  part.records = {AsKeys().record(), CountryKeys().record(), NetworkKeys().record(),
                  VlanKeys().record()};
  return part;
}

}  // namespace wiregauge::lua::compat
