// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/compat/host_keys.h"

#include <string>

#include "publish/api/host_sorts.h"
#include "publish/json/text_forms.h"
#include "publish/lua/compat/flow_facts.h"
#include "publish/lua/compat/host_tables.h"

namespace wiregauge::lua::compat {
namespace {

using Keys = KeyTable<HostRow>;

constexpr const char* kText = "string";
constexpr const char* kWhole = "integer";
constexpr const char* kReal = "number";
constexpr const char* kTruth = "boolean";
constexpr const char* kTable = "table";

void AddIdentity(Keys& keys) {
  keys.Add("ip", kText, "Address.",
           [](const View&, HostRow host) { return std::string(json::TextForm(host->ip).view()); });
  keys.Add("vlan", kWhole, "VLAN; 0: untagged.",
           [](const View&, HostRow host) { return host->vlan; });
  keys.Add("ipkey", kWhole, "The address as a number; made of it for IPv6.",
           [](const View&, HostRow host) { return HostKey(host->ip); });
  keys.Add("tskey", kText, "\"ip\" or \"ip@vlan\".",
           [](const View&, HostRow host) { return HostKeyOf(*host); });
  keys.Add("mac", kText, "MAC address of its frames: a router's for a remote host.",
           [](const View&, HostRow host) {
             return host->mac.IsZero() ? std::nullopt : std::optional(host->mac.ToString());
           });
  keys.Add("manufacturer", kText, "Who makes the device of this MAC address.",
           [](const View& view, HostRow host) { return view.tables.vendors->VendorOf(host->mac); });
  keys.Add("name", kText, "Its best name, or its address.", [](const View&, HostRow host) {
    const model::HostName* const best = host->names ? host->names->best() : nullptr;
    return best != nullptr ? best->name : host->ip.ToString();
  });
  keys.Add("names", "table<string, string>",
           "All names: dhcp, mdns, llmnr, netbios, resolved (DNS), tls, http, reverse_dns.",
           [](lua_State* lua, const View&, HostRow host) { PushNames(lua, *host); });
  keys.Add("localhost", kTruth, "Whether it is in a local network.",
           [](const View&, HostRow host) { return host->local; });
  keys.Add("privatehost", kTruth, "Whether the address is of private use (RFC 1918, RFC 4193).",
           [](const View&, HostRow host) { return IsPrivate(host->ip); });
  keys.Add("is_multicast", kTruth, "Whether it is a multicast address.",
           [](const View&, HostRow host) { return host->ip.IsMulticast(); });
  keys.Add("is_broadcast", kTruth, "Whether it is 255.255.255.255.",
           [](const View&, HostRow host) { return host->ip.IsBroadcast(); });
  keys.Add("is_rx_only", kTruth, "Whether it has sent nothing.",
           [](const View&, HostRow host) { return host->traffic.sent.packets == 0; });
  keys.Add("iface_index", kWhole, "Number of the interface.",
           [](const View&, HostRow host) { return host->interface_index; });
}

void AddPlace(Keys& keys) {
  keys.Add("local_network_id", kWhole, "Its local network's number, from 0 on; -1: remote.",
           [](const View&, HostRow host) { return int{host->place.network} - 1; });
  keys.Add("local_network_name", kText, "Its local network's name.",
           [](const View& view, HostRow host) { return view.places().NetworkName(host->place); });
  keys.Add("asn", kWhole, "Its autonomous system; 0: not known.",
           [](const View&, HostRow host) { return host->place.asn; });
  keys.Add("asname", kText, "Name of the autonomous system.",
           [](const View& view, HostRow host) { return view.places().AsName(host->place); });
  keys.Add("country", kText, "ISO 3166-1 alpha-2.", [](const View&, HostRow host) {
    const model::CountryCode country = host->place.country;
    return country.known() ? std::optional(country.text()) : std::nullopt;
  });
  keys.Add("city", kText, "City.",
           [](const View& view, HostRow host) { return view.places().City(host->place); });
  keys.Add("host_pool_id", kWhole, "Its pool's number; 0: none.",
           [](const View&, HostRow host) { return host->place.pool; });
}

template <bool kIsSent>
const model::Traffic& Way(const model::TwoWay& traffic) {
  return kIsSent ? traffic.sent : traffic.received;
}

// Frame bytes and packets of some L4 protocols, one way.
template <bool kIsSent, model::L4Class... kClasses>
void AddL4Way(Keys& keys, const std::string& protocol) {
  const std::string way = kIsSent ? ".sent" : ".rcvd";
  const auto sum = [](HostRow host) {
    return (Way<kIsSent>(host->l4[static_cast<size_t>(kClasses)]) + ...);
  };
  using Sum = decltype(sum);
  keys.Add(protocol + ".packets" + way, kWhole, "Packets.",
           [](const View&, HostRow host) { return Sum{}(host).packets; });
  keys.Add(protocol + ".bytes" + way, kWhole, "Frame bytes.",
           [](const View&, HostRow host) { return Sum{}(host).bytes; });
}
template <model::L4Class... kClasses>
void AddL4(Keys& keys, const std::string& protocol) {
  AddL4Way<true, kClasses...>(keys, protocol);
  AddL4Way<false, kClasses...>(keys, protocol);
}

void AddTraffic(Keys& keys) {
  keys.Add("bytes.sent", kWhole, "Frame bytes.",
           [](const View&, HostRow host) { return host->traffic.sent.bytes; });
  keys.Add("bytes.rcvd", kWhole, "Frame bytes.",
           [](const View&, HostRow host) { return host->traffic.received.bytes; });
  keys.Add("packets.sent", kWhole, "Packets.",
           [](const View&, HostRow host) { return host->traffic.sent.packets; });
  keys.Add("packets.rcvd", kWhole, "Packets.",
           [](const View&, HostRow host) { return host->traffic.received.packets; });
  using model::L4Class;
  AddL4<L4Class::kTcp>(keys, "tcp");
  AddL4<L4Class::kUdp>(keys, "udp");
  AddL4<L4Class::kIcmp, L4Class::kIcmpv6>(keys, "icmp");
  AddL4<L4Class::kSctp, L4Class::kOther>(keys, "other_ip");
}

void AddRates(Keys& keys) {
  keys.Add("throughput_bps", kReal,
           "**Bytes a second** in the last second that is over, both directions.",
           [](const View& view, HostRow host) {
             return static_cast<double>(host->rate.At(view.now()).bits_per_second_now) / 8;
           });
  keys.Add("top_throughput_bps", kReal, "**Bytes a second** in the busiest second.",
           [](const View& view, HostRow host) {
             return static_cast<double>(host->rate.At(view.now()).bits_per_second_peak) / 8;
           });
  keys.Add("throughput_pps", kReal, "Packets a second in the last second that is over.",
           [](const View& view, HostRow host) {
             return host->rate.At(view.now()).packets_per_second_now;
           });
  keys.Add("top_throughput_pps", kReal, "Packets a second in the busiest second.",
           [](const View& view, HostRow host) {
             return host->rate.At(view.now()).packets_per_second_peak;
           });
}

void AddFlowCounts(Keys& keys) {
  keys.Add("active_flows.as_client", kWhole, "Active flows that it opened.",
           [](const View&, HostRow host) { return host->active_flows_as_client; });
  keys.Add("active_flows.as_server", kWhole, "Active flows that were opened to it.",
           [](const View&, HostRow host) { return host->active_flows_as_server; });
  for (const char* const name : {"flows", "total_flows"}) {
    keys.Add(name + std::string(".as_client"), kWhole, "Flows that it opened since first seen.",
             [](const View&, HostRow host) { return host->flows_as_client; });
    keys.Add(name + std::string(".as_server"), kWhole, "Flows opened to it since first seen.",
             [](const View&, HostRow host) { return host->flows_as_server; });
  }
  keys.Add("low_goodput_flows.as_client", kWhole, "Of these, those with a low goodput.",
           [](const View&, HostRow host) { return host->low_goodput_flows_as_client; });
  keys.Add("low_goodput_flows.as_server", kWhole, "Of these, those with a low goodput.",
           [](const View&, HostRow host) { return host->low_goodput_flows_as_server; });
  keys.Add("contacts.as_client", kWhole, "Different addresses it opened flows to.",
           [](const View&, HostRow host) { return host->contacts_as_client(); });
  keys.Add("contacts.as_server", kWhole, "Different addresses that opened flows to it.",
           [](const View&, HostRow host) { return host->contacts_as_server(); });
  keys.Add("cardinality", "table<string, integer>",
           "{num_contacted_hosts_as_client, num_host_contacts_as_server}, as contacts.",
           [](lua_State* lua, const View&, HostRow host) {
             lua_createtable(lua, 0, 2);
             SetField(lua, "num_contacted_hosts_as_client", host->contacts_as_client());
             SetField(lua, "num_host_contacts_as_server", host->contacts_as_server());
           });
  keys.Add("active_http_hosts", kWhole, "Names it served over HTTP.",
           [](const View&, HostRow host) {
             return host->http ? host->http->virtual_hosts.rows().size() : size_t{0};
           });
}

void AddAlerts(Keys& keys) {
  keys.Add("num_alerts", kWhole, "Alerts about it that are engaged; absent when alerts are off.",
           [](const View& view, HostRow host) -> std::optional<uint64_t> {
             const auto alerts = AlertsOf(view, *host);
             return alerts ? std::optional<uint64_t>(alerts->engaged) : std::nullopt;
           });
  keys.Add("total_alerts", kWhole,
           "Alerts about it raised since the start; absent when alerts are off.",
           [](const View& view, HostRow host) -> std::optional<uint64_t> {
             const auto alerts = AlertsOf(view, *host);
             return alerts ? std::optional<uint64_t>(alerts->total) : std::nullopt;
           });
}

void AddTimes(Keys& keys) {
  keys.Add("seen.first", kWhole, "First packet, seconds since 1970.",
           [](const View&, HostRow host) { return UnixSeconds(host->first_seen); });
  keys.Add("seen.last", kWhole, "Last packet, seconds since 1970.",
           [](const View&, HostRow host) { return UnixSeconds(host->last_seen); });
  keys.Add("duration", kWhole, "seen.last - seen.first, in seconds.",
           [](const View&, HostRow host) {
             return UnixSeconds(host->last_seen) - UnixSeconds(host->first_seen);
           });
  keys.Add("total_activity_time", kWhole,
           "Seconds of the last 24 hours' minutes in which it had a packet.",
           [](const View& view, HostRow host) {
             return host->ActiveMinutes(view.interface.counters.now).size() * 60;
           });
}

void AddTcp(Keys& keys) {
  keys.Add("tcp.packets.seq_problems", kTruth, "Whether it sent segments again or out of order.",
           [](const View&, HostRow host) {
             return host->tcp_sent.retransmitted_packets + host->tcp_sent.out_of_order_packets +
                        host->tcp_sent.lost_segments >
                    0;
           });
  keys.Add("tcp.packets.retransmissions", kWhole, "Segments it sent again.",
           [](const View&, HostRow host) { return host->tcp_sent.retransmitted_packets; });
  keys.Add("tcp.packets.out_of_order", kWhole, "Segments it sent out of order.",
           [](const View&, HostRow host) { return host->tcp_sent.out_of_order_packets; });
  keys.Add("tcp.packets.lost", kWhole, "Gaps in what it sent.",
           [](const View&, HostRow host) { return host->tcp_sent.lost_segments; });
  keys.Add("tcpPacketStats.sent", kTable,
           "{retransmissions, out_of_order, lost, keep_alive, zero_window} of what it sent.",
           [](lua_State* lua, const View&, HostRow host) { PushTcpHealth(lua, host->tcp_sent); });
  keys.Add(
      "tcpPacketStats.rcvd", kTable, "The same of what it received.",
      [](lua_State* lua, const View&, HostRow host) { PushTcpHealth(lua, host->tcp_received); });
}

void AddDetails(Keys& keys) {
  keys.Add(
      "ndpi", kTable,
      "By application: {breed, bytes.sent, bytes.rcvd, packets.sent, packets.rcvd, num_flows}.",
      [](lua_State* lua, const View& view, HostRow host) { PushApplications(lua, view, *host); });
  keys.Add(
      "ndpi_categories", kTable, "By category: {category, bytes, bytes.sent, bytes.rcvd}.",
      [](lua_State* lua, const View& view, HostRow host) { PushCategories(lua, view, *host); });
  keys.Add("pktStats.sent", kTable,
           "Packets by size, upTo64 to above9000, and syn, synack, finack, rst; also as size and "
           "tcp_flags, which pairs leaves out.",
           [](lua_State* lua, const View&, HostRow host) {
             PushPacketStats(lua, host->sent_sizes, host->tcp_flags_sent);
           });
  keys.Add("pktStats.recv", kTable, "The same of what it received.",
           [](lua_State* lua, const View&, HostRow host) {
             PushPacketStats(lua, host->received_sizes, host->tcp_flags_received);
           });
  keys.Add("dns", kTable,
           "{sent, rcvd}: {num_queries, num_replies_ok, num_replies_error, queries}.",
           [](lua_State* lua, const View&, HostRow host) { PushDns(lua, *host); });
  keys.Add("http", kTable, "{sender, receiver}: {query, response}; virtual_hosts.",
           [](lua_State* lua, const View&, HostRow host) { PushHttp(lua, *host); });
  keys.Add("ICMPv4", kTable, "By \"type,code\": {sent, rcvd} in packets.",
           [](lua_State* lua, const View&, HostRow host) { PushIcmp(lua, *host, 1); });
  keys.Add("ICMPv6", kTable, "By \"type,code\": {sent, rcvd} in packets.",
           [](lua_State* lua, const View&, HostRow host) { PushIcmp(lua, *host, 58); });
}

Keys MakeKeys() {
  Keys keys(
      "Host",
      "A host as ntopng tells it. Bytes are those of frames on the wire. What is not known is "
      "absent (nil). Rows compute a key when it is read, within the call that gave them.");
  AddIdentity(keys);
  AddPlace(keys);
  AddTraffic(keys);
  AddRates(keys);
  AddFlowCounts(keys);
  AddAlerts(keys);
  AddTimes(keys);
  AddTcp(keys);
  AddDetails(keys);
  return keys;
}

}  // namespace

const KeyTable<HostRow>& HostKeys() {
  static const Keys keys = MakeKeys();
  return keys;
}

std::optional<model::HostAlertCounts> AlertsOf(const View& view, const model::HostRecord& host) {
  return api::HostAlertsIn(view.tables, view.call.host_alerts()).Of(host);
}

std::string HostKeyOf(const model::HostRecord& host) { return json::HostName(host.ip, host.vlan); }

}  // namespace wiregauge::lua::compat
