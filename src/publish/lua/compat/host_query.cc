// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/compat/host_query.h"

#include <algorithm>

#include "publish/lua/compat/flow_facts.h"
#include "publish/lua/compat/host_keys.h"
#include "publish/lua/compat/memo.h"
#include "publish/lua/vm/error.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua::compat {
namespace {

constexpr int64_t kMostRows = int64_t{1} << 40;

std::optional<std::string> TextOf(lua_State* lua, int index, const char* name) {
  const auto text = OptionalText(lua, index, name);
  return text && !text->empty() ? std::optional(std::string(*text)) : std::nullopt;
}

// A number, or nothing for nil, "" and numbers below `least`, which ntopng takes for "any".
std::optional<int64_t> NumberOf(lua_State* lua, int index, const char* name, int64_t least) {
  if (TextAt(lua, index) == "") return std::nullopt;
  const auto number = OptionalInteger(lua, index, name, -kMostRows, kMostRows);
  return number && *number >= least ? number : std::nullopt;
}

// An argument that would choose by what nobody knows here.
void RefuseArgument(lua_State* lua, int index, const char* name) {
  const bool is_off = lua_toboolean(lua, index) == 0 || TextAt(lua, index) == "" ||
                      (lua_isnumber(lua, index) != 0 && lua_tonumber(lua, index) <= 0);
  if (is_off) return;
  throw ScriptError(std::string(name) + " (argument " + std::to_string(index) +
                    ") cannot be answered: the traffic does not tell it here");
}

[[noreturn]] void Reject(const char* name, const std::string& text, const char* expected) {
  throw ScriptError(std::string(name) + " is to be " + expected + ", not \"" + text + '"');
}

bool HasApplication(lua_State* lua, const View& view, const model::HostRecord& host,
                    const ApplicationFilter& filter) {
  if (host.tallies != nullptr) {
    const auto is_it = [&](const auto& item) { return item.key == filter.app(); };
    if (std::ranges::any_of(host.tallies->applications.items, is_it)) return true;
  }
  const auto is_of_it = [&](const model::FlowRecord* flow) {
    return filter.Matches(flow->application);
  };
  return std::ranges::any_of(Memo::Of(lua).FlowsOf(view, host), is_of_it);
}

}  // namespace

void HostQuery::ReadNames(const std::optional<std::string>& country_text,
                          const std::optional<std::string>& mac_text,
                          const std::optional<std::string>& application_text,
                          const std::optional<std::string>& cidr_text, const View& view) {
  if (country_text) {
    country = model::CountryCode::Parse(*country_text);
    if (!country) Reject("country", *country_text, "two letters");
  }
  if (mac_text) {
    mac = MacAddress::Parse(*mac_text);
    if (!mac) Reject("mac", *mac_text, "a MAC address");
  }
  if (application_text && *application_text != "-1") {
    application = ApplicationFilter::Parse(*application_text, view.catalogue());
    if (!application) Reject("l7proto", *application_text, "an application's number or name");
  }
  if (cidr_text) {
    cidr = HostSet::Parse(*cidr_text);
    if (!cidr) Reject("cidr", *cidr_text, "an address or prefix");
  }
}

namespace {

void ReadPage(lua_State* lua, HostQuery& query) {
  const std::string column = TextOf(lua, 2, "sortColumn").value_or("");
  if (const auto known = WithoutColumnPrefix(column); !known.empty()) query.sort_column = known;
  query.page.most = static_cast<uint64_t>(
      OptionalInteger(lua, 3, "maxHits", 0, kMostRows).value_or(int64_t(query.page.most)));
  query.page.skip =
      static_cast<uint64_t>(OptionalInteger(lua, 4, "toSkip", 0, kMostRows).value_or(0));
  query.page.ascending = OptionalBoolean(lua, 5, "a2zSortOrder").value_or(true);
}

// Arguments whose meaning has changed between 2017 and 2024 are told apart by their type.
void ReadNumbers(lua_State* lua, HostQuery& query) {
  RefuseArgument(lua, 7, "os");
  query.vlan = NumberOf(lua, 8, "vlan", 0);
  query.asn = NumberOf(lua, 9, "asn", 0);
  query.network = NumberOf(lua, 10, "network_id", -1);
  query.pool = NumberOf(lua, 12, "pool", 0);
  query.ip_version = NumberOf(lua, 13, "ipversion", 1);
  if (lua_isboolean(lua, 15)) {
    RefuseArgument(lua, 15, "filtered_hosts");
  } else {
    query.traffic_type = OptionalInteger(lua, 15, "traffic_type", 0, 2).value_or(0);
  }
  RefuseArgument(lua, 16, "filtered_hosts");
  RefuseArgument(lua, 17, "blacklisted_hosts");
  RefuseArgument(lua, 18, "anomalous");
  RefuseArgument(lua, 19, "dhcp_hosts");
  RefuseArgument(lua, 21, "device_ip");
  query.as_array = OptionalBoolean(lua, 22, "arrayFormat").value_or(false);
}

}  // namespace

HostQuery HostQuery::OfArguments(lua_State* lua, const View& view, HostScope scope) {
  HostQuery query;
  query.scope = scope;
  if (!lua_istable(lua, 1)) {
    ReadPage(lua, query);
    ReadNumbers(lua, query);
    query.ReadNames(TextOf(lua, 6, "country"), TextOf(lua, 11, "mac"), TextOf(lua, 14, "l7proto"),
                    TextOf(lua, 20, "cidr"), view);
    return query;
  }
  Options options(lua, 1, "options");
  query.page = options.ReadPage();
  const auto column = options.ReadSortColumn();
  if (column && !column->empty()) query.sort_column = *column;
  query.vlan = options.Whole("vlan", 0, 4095);
  query.asn = options.Whole("asn", 0, UINT32_MAX);
  query.network = options.Whole("network_id", -1, 65535);
  query.pool = options.Whole("pool", 0, 65535);
  query.ip_version = options.Whole("ipversion", 4, 6);
  query.traffic_type = options.Whole("traffic_type", 0, 2).value_or(0);
  query.as_array = options.Truth("arrayFormat").value_or(false);
  query.ReadNames(options.Text("country"), options.Text("mac"), options.Text("l7proto"),
                  options.Text("cidr"), view);
  options.Ignore({"show_details"});
  options.Refuse(
      {"os", "filtered_hosts", "blacklisted_hosts", "anomalous", "dhcp_hosts", "device_ip"},
      "the traffic does not tell it here");
  options.Finish();
  return query;
}

HostQuery HostQuery::OfGroupArguments(lua_State* lua, const View& view) {
  HostQuery query;
  query.ReadNames(TextOf(lua, 3, "country"), std::nullopt, std::nullopt, std::nullopt, view);
  RefuseArgument(lua, 4, "os");
  query.vlan = NumberOf(lua, 5, "vlan", 0);
  query.asn = NumberOf(lua, 6, "asn", 0);
  query.network = NumberOf(lua, 7, "network_id", -1);
  // In 2017 a truth value stood before the pool.
  const int pool = lua_isboolean(lua, 8) ? 9 : 8;
  query.pool = NumberOf(lua, pool, "pool", 0);
  query.ip_version = NumberOf(lua, pool + 1, "ipversion", 1);
  return query;
}

bool HostQuery::MatchesPlace(const model::Place& place) const {
  if (country && place.country != *country) return false;
  if (asn && place.asn != *asn) return false;
  if (network && place.network != *network + 1) return false;
  return !pool || place.pool == *pool;
}

bool HostQuery::MatchesAddress(const model::HostRecord& host) const {
  if (vlan && host.vlan != *vlan) return false;
  if (mac && host.mac != *mac) return false;
  if (ip_version && host.ip.version() != *ip_version) return false;
  return !cidr || cidr->Holds(host.ip, host.vlan);
}

bool HostQuery::Matches(lua_State* lua, const View& view, const model::HostRecord& host) const {
  if (host.interface_index != view.interface_index) return false;
  if (scope != HostScope::kAll && host.local != (scope == HostScope::kLocal)) return false;
  if (!MatchesPlace(host.place) || !MatchesAddress(host)) return false;
  const bool is_one_way = host.traffic.sent.packets == 0 || host.traffic.received.packets == 0;
  if (traffic_type != 0 && is_one_way != (traffic_type == 1)) return false;
  return !application || HasApplication(lua, view, host, *application);
}

struct HostOrder::Column {
  std::string_view name;
  Key key;
};

namespace {

using Host = const model::HostRecord&;

SortKey OfNumber(auto number) { return {.number = static_cast<double>(number)}; }
SortKey OfText(std::string_view text) {
  return text.empty() ? SortKey::Unknown() : SortKey{.text = text};
}

SortKey OfAddress(const View&, Host host) {
  const auto bytes = host.ip.bytes();
  return {.number = static_cast<double>(host.ip.version()),
          .text = {reinterpret_cast<const char*>(bytes.data()), bytes.size()}};
}

// A host without a name is called as its address, and stands behind those that have one.
SortKey OfName(const View&, Host host) {
  const model::HostName* const best = host.names ? host.names->best() : nullptr;
  return OfText(best != nullptr ? std::string_view(best->name) : std::string_view());
}

SortKey OfNetwork(const View& view, Host host) {
  return OfText(view.places().NetworkName(host.place).value_or(""));
}

SortKey OfMac(const View&, Host host) {
  uint64_t number = 0;
  for (const uint8_t byte : host.mac.bytes) number = number << 8 | byte;
  return number == 0 ? SortKey::Unknown() : OfNumber(number);
}

SortKey OfCountry(const View&, Host host) {
  const uint32_t number = host.place.country.number();
  return number == 0 ? SortKey::Unknown() : OfNumber(number);
}

SortKey OfThroughput(const View& view, Host host) {
  return OfNumber(host.rate.At(view.now()).bits_per_second_now);
}

SortKey OfAsn(const View&, Host host) {
  return host.place.asn == 0 ? SortKey::Unknown() : OfNumber(host.place.asn);
}

SortKey OfSince(const View&, Host host) {
  return OfNumber(host.first_seen.time_since_epoch().count());
}
SortKey OfTraffic(const View&, Host host) {
  return OfNumber(host.traffic.sent.bytes + host.traffic.received.bytes);
}
SortKey OfSent(const View&, Host host) { return OfNumber(host.traffic.sent.bytes); }
SortKey OfReceived(const View&, Host host) { return OfNumber(host.traffic.received.bytes); }
SortKey OfActiveFlows(const View&, Host host) {
  return OfNumber(host.active_flows_as_client + host.active_flows_as_server);
}
SortKey OfEngagedAlerts(const View& view, Host host) {
  const auto alerts = AlertsOf(view, host);
  return alerts ? OfNumber(alerts->engaged) : SortKey::Unknown();
}
SortKey OfTotalAlerts(const View& view, Host host) {
  const auto alerts = AlertsOf(view, host);
  return alerts ? OfNumber(alerts->total) : SortKey::Unknown();
}
SortKey OfActiveAsClient(const View&, Host host) { return OfNumber(host.active_flows_as_client); }
SortKey OfActiveAsServer(const View&, Host host) { return OfNumber(host.active_flows_as_server); }

}  // namespace

const std::vector<HostOrder::Column>& HostOrder::Columns() {
  static const std::vector<Column> columns = {
      {"ip", OfAddress},
      {"vlan", [](const View&, Host host) { return OfNumber(host.vlan); }},
      {"name", OfName},
      {"country", OfCountry},
      {"since", OfSince},
      {"asn", OfAsn},
      {"thpt", OfThroughput},
      {"traffic", OfTraffic},
      {"traffic_sent", OfSent},
      {"traffic_rcvd", OfReceived},
      {"uploaders", OfSent},
      {"downloaders", OfReceived},
      {"num_flows", OfActiveFlows},
      {"num_flows_as_client", OfActiveAsClient},
      {"num_flows_as_server", OfActiveAsServer},
      {"outgoingflows", OfActiveAsClient},
      {"incomingflows", OfActiveAsServer},
      {"local_network_id", [](const View&, Host host) { return OfNumber(host.place.network); }},
      {"local_network", OfNetwork},
      {"mac", OfMac},
      {"pool_id", [](const View&, Host host) { return OfNumber(host.place.pool); }},
      {"alerts", OfEngagedAlerts},
      {"total_alerts", OfTotalAlerts},
      {"total_num_retx_sent",
       [](const View&, Host host) { return OfNumber(host.tcp_sent.retransmitted_packets); }},
      {"total_num_retx_rcvd",
       [](const View&, Host host) { return OfNumber(host.tcp_received.retransmitted_packets); }},
  };
  return columns;
}

HostOrder::HostOrder(lua_State* lua, std::string_view column) : key_(OfAddress) {
  for (const Column& known : Columns()) {
    if (known.name != column) continue;
    key_ = known.key;
    return;
  }
  WarnOnce(lua, "hosts have no sort column \"" + std::string(column) + "\": sorted by ip");
}

uint64_t HostOrder::TieOf(const model::HostRecord& host) {
  const auto high = static_cast<uint64_t>(host.ip.version()) << 60;
  return high | static_cast<uint64_t>(HostKey(host.ip)) << 16 | host.vlan;
}

std::string HostOrder::ColumnNames() {
  std::string names;
  for (const Column& column : Columns()) {
    names += (names.empty() ? "" : ", ") + std::string(column.name);
  }
  return names;
}

}  // namespace wiregauge::lua::compat
