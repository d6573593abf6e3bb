// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/compat/flow_filter.h"

#include <algorithm>

#include "publish/lua/compat/flow_facts.h"
#include "publish/lua/vm/error.h"

namespace wiregauge::lua::compat {
namespace {

bool IsGroup(const IpAddress& ip) { return ip.IsMulticast() || ip.IsBroadcast(); }

std::optional<HostSet> ReadHost(Options& options, const char* name) {
  const auto text = options.Text(name);
  if (!text) return std::nullopt;
  const auto host = HostSet::Parse(*text);
  if (!host) options.Reject(name, '"' + *text + '"', "an IP address or prefix, with @vlan or not");
  return host;
}

std::optional<uint8_t> ReadSmall(Options& options, const char* name) {
  const auto number = options.Whole(name, 0, 255);
  return number ? std::optional(static_cast<uint8_t>(*number)) : std::nullopt;
}

// Whether a state of [24]'s tcpFlowStateFilter is the flow's.
bool IsInState(const model::FlowRecord& flow, std::string_view state) {
  switch (flow.tcp_state) {
    case model::TcpState::kSynSent:
      return state == "connecting";
    case model::TcpState::kEstablished:
    case model::TcpState::kClosing:
      return state == "established";
    case model::TcpState::kClosed:
      return state == "closed";
    case model::TcpState::kReset:
      return state == "reset";
    case model::TcpState::kNone:
      break;
  }
  return false;
}

constexpr const char* kNotMeasured = "the traffic does not tell it here";

}  // namespace

void FlowFilter::Read(Options& options, const View& view) {
  options.Ignore({"detailsLevel", "detailedResults"});
  options.Refuse({"container", "pod", "usernameFilter", "pidnameFilter", "wlanSSIDFilter"},
                 "no agent on the hosts tells it");
  options.Refuse({"deviceIpFilter", "inIndexFilter", "outIndexFilter", "trafficProfileFilter"},
                 "there are no exporters of flows and no profiles");
  options.Refuse({"dscpFilter", "periodicFlows"}, kNotMeasured);
  options.Refuse({"alertedFlows", "statusSeverityFilter", "filteredFlows"},
                 "a flow's record holds no alerts and no verdict");
  ReadHosts(options);
  ReadPlaces(options);
  ReadProtocols(options, view);
  ReadStates(options);
}

void FlowFilter::ReadHosts(Options& options) {
  if (const auto host = ReadHost(options, "hostFilter")) ends_.push_back(*host);
  if (const auto client = ReadHost(options, "client")) client_ = client;
  if (const auto server = ReadHost(options, "server")) server_ = server;
  client_is_local_ = ReadMode(options, "clientMode");
  server_is_local_ = ReadMode(options, "serverMode");
  if (const auto text = options.Text("macFilter")) {
    mac_ = MacAddress::Parse(*text);
    if (!mac_) options.Reject("macFilter", '"' + *text + '"', "a MAC address");
  }
  if (const auto port = options.Whole("portFilter", 0, 65535)) port_ = static_cast<uint16_t>(*port);
  ip_version_ = ReadSmall(options, "ipVersion");
  if (ip_version_ == 0) ip_version_.reset();
  if (ip_version_ && *ip_version_ != 4 && *ip_version_ != 6) {
    options.Reject("ipVersion", std::to_string(*ip_version_), "4 or 6");
  }
}

std::optional<bool> FlowFilter::ReadMode(Options& options, const char* name) const {
  const auto mode = options.Text(name);
  if (mode == "local") return true;
  if (mode == "remote") return false;
  return std::nullopt;
}

void FlowFilter::ReadPlaces(Options& options) {
  if (const auto text = options.Text("countryFilter")) {
    country_ = model::CountryCode::Parse(*text);
    if (!country_) options.Reject("countryFilter", '"' + *text + '"', "a country's two letters");
  }
  network_ = options.Whole("LocalNetworkFilter", -2, 65535);
  if (network_ == -2) network_.reset();
  pool_ = options.Whole("poolFilter", 0, 65535);
  asn_ = options.Whole("asnFilter", 0, UINT32_MAX);
  vlan_ = options.Whole("vlanIdFilter", 0, 4095);
  const auto index = options.Whole("ifaceIndex", 0, 65535);
  if (index && *index != interface_index_) matches_nothing_ = true;
}

void FlowFilter::ReadProtocols(Options& options, const View& view) {
  const auto application = options.Text("l7protoFilter");
  if (application && *application != "-1") {
    application_ = ApplicationFilter::Parse(*application, view.catalogue());
    if (!application_) {
      options.Reject("l7protoFilter", '"' + *application + '"',
                     "an application's number or name, such as 5, DNS, 91.126 or TLS.Google");
    }
  }
  if (const auto category = options.Text("l7categoryFilter")) {
    category_ = ParseNumber<uint8_t>(*category);
    if (!category_) category_ = FindCategory(view.catalogue(), *category);
    if (!category_) options.Reject("l7categoryFilter", '"' + *category + '"', "a category");
  }
  if (const auto protocol = options.Text("L4Protocol")) {
    l4_protocol_ = ParseL4Protocol(*protocol);
    if (!l4_protocol_) options.Reject("L4Protocol", '"' + *protocol + '"', "such as 6 or TCP");
  }
  icmp_type_ = ReadSmall(options, "icmp_type");
  icmp_code_ = ReadSmall(options, "icmp_code");
}

void FlowFilter::ReadStates(Options& options) {
  status_ = options.Whole("statusFilter", 0, 255);
  tcp_state_ = options.Text("tcpFlowStateFilter").value_or("");
  constexpr std::array<std::string_view, 5> kStates = {"", "connecting", "established", "closed",
                                                       "reset"};
  if (std::ranges::count(kStates, tcp_state_) == 0) {
    options.Reject("tcpFlowStateFilter", '"' + tcp_state_ + '"',
                   "connecting, established, closed or reset");
  }
  const auto state = options.Text("flowState");
  if (state == "active") state_ = model::FlowState::kActive;
  if (state == "ended") state_ = model::FlowState::kEnded;
  if (state && !state_) options.Reject("flowState", '"' + *state + '"', "active or ended");
  unicast_ = options.Truth("unicast").value_or(false);
  one_way_ = options.Truth("unidirectional").value_or(false);
}

bool FlowFilter::Matches(const model::FlowRecord& flow) const {
  return !matches_nothing_ && flow.interface_index == interface_index_ && MatchesHosts(flow) &&
         MatchesPlaces(flow) && MatchesProtocols(flow) && MatchesStates(flow);
}

bool FlowFilter::MatchesHosts(const model::FlowRecord& flow) const {
  const auto is_end = [&](const HostSet& host) {
    return host.Holds(flow.client.ip, flow.vlan) || host.Holds(flow.server.ip, flow.vlan);
  };
  if (!std::ranges::all_of(ends_, is_end)) return false;
  if (client_ && !client_->Holds(flow.client.ip, flow.vlan)) return false;
  if (server_ && !server_->Holds(flow.server.ip, flow.vlan)) return false;
  if (client_is_local_ && *client_is_local_ != flow.client.local) return false;
  if (server_is_local_ && *server_is_local_ != flow.server.local) return false;
  if (mac_ && flow.client.mac != *mac_ && flow.server.mac != *mac_) return false;
  return !ip_version_ || flow.client.ip.version() == *ip_version_;
}

bool FlowFilter::MatchesPlaces(const model::FlowRecord& flow) const {
  const model::Place& client = flow.client.place;
  const model::Place& server = flow.server.place;
  if (country_ && client.country != *country_ && server.country != *country_) return false;
  if (network_ && client.network != *network_ + 1 && server.network != *network_ + 1) return false;
  if (pool_ && client.pool != *pool_ && server.pool != *pool_) return false;
  if (asn_ && client.asn != *asn_ && server.asn != *asn_) return false;
  return !vlan_ || flow.vlan == *vlan_;
}

bool FlowFilter::MatchesProtocols(const model::FlowRecord& flow) const {
  if (application_ && !application_->Matches(flow.application)) return false;
  if (category_ && flow.application.category != *category_) return false;
  if (l4_protocol_ && flow.l4_protocol != *l4_protocol_) return false;
  if (icmp_type_ && flow.icmp_type != icmp_type_) return false;
  if (icmp_code_ && flow.icmp_code != icmp_code_) return false;
  if (port_ && !(flow.has_ports() && (flow.client.port == *port_ || flow.server.port == *port_))) {
    return false;
  }
  return !info_ || info_->IsIn(InfoOf(flow)) || info_->IsIn(ServerNameOf(flow));
}

bool FlowFilter::MatchesStates(const model::FlowRecord& flow) const {
  if (state_ && flow.state != *state_) return false;
  if (status_ && static_cast<int64_t>(StatusOf(flow)) != *status_) return false;
  if (!tcp_state_.empty() && !IsInState(flow, tcp_state_)) return false;
  if (one_way_ && flow.client.sent.packets != 0 && flow.server.sent.packets != 0) return false;
  return !unicast_ || (!IsGroup(flow.client.ip) && !IsGroup(flow.server.ip));
}

}  // namespace wiregauge::lua::compat
