// SPDX-License-Identifier: Apache-2.0
#include "publish/api/flow_filter.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "publish/api/flow_text.h"
#include "publish/api/responses.h"
#include "publish/json/community_id.h"
#include "publish/json/flow_json.h"
#include "publish/json/text_forms.h"

namespace wiregauge::api {
namespace {

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ToLower(a) == ToLower(b);
}

std::optional<uint8_t> ParseL4(std::string_view text) {
  if (const auto number = ParseNumber<uint8_t>(text)) return number;
  for (unsigned i = 0; i < 256; ++i) {
    if (EqualsIgnoringCase(text, model::L4ProtocolName(static_cast<uint8_t>(i)))) {
      return static_cast<uint8_t>(i);
    }
  }
  return std::nullopt;
}

// Whether `lower` can stand in an address: then addresses are worth writing out.
bool MayBeInAddress(std::string_view lower) {
  return std::all_of(lower.begin(), lower.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '.' || c == ':';
  });
}

template <typename Items, typename Test>
bool NoneOrAny(const Items& items, Test test) {
  return items.empty() || std::any_of(items.begin(), items.end(), test);
}

}  // namespace

FlowFilter::FlowFilter(Query& query, const snapshot::Snapshot& snapshot,
                       const model::PlaceNames& places)
    : snapshot_(snapshot), place_(query, places) {
  interfaces_ = ReadInterfaces(query, snapshot);
  hosts_ = query.AnyOf<HostMatch>("host", kHostForm, HostMatch::Parse);
  clients_ = query.AnyOf<HostMatch>("client", kHostForm, HostMatch::Parse);
  servers_ = query.AnyOf<HostMatch>("server", kHostForm, HostMatch::Parse);
  ReadApplications(query);
  ReadNumbers(query);
  networks_ = ReadNetworks(query, places);
  ReadState(query);
  ReadRisks(query);
  for (const std::string_view text : query.AnyOf("text")) texts_.emplace_back(text);
  FindNamesWithText();
  community_ids_ = query.AnyOf<std::string>(
      "community_id", "a Community ID of version 1 (1:LQU9qZlK+B5F3KDmev6m5PMibrg=)",
      [](std::string_view text) {
        std::string id(text);
        std::replace(id.begin(), id.end(), ' ', '+');  // what a bare + in a query becomes
        return json::CommunityId::IsWellFormed(id) ? std::optional<std::string>(id) : std::nullopt;
      });
  min_bytes_ = query.Number("min_bytes", 0, UINT64_MAX).value_or(0);
}

void FlowFilter::ReadApplications(Query& query) {
  applications_ = query.AnyOf<Application>(
      "application", "an application's name or id (see /api/v1/applications?all=true)",
      [this](std::string_view text) { return ParseApplication(text); });

  const std::vector<std::string>& names = snapshot_.catalogue->categories;
  for (const uint8_t id :
       query.AnyOf<uint8_t>("category", "a category's name or id",
                            [&names](std::string_view text) -> std::optional<uint8_t> {
                              const auto number = ParseNumber<uint8_t>(text);
                              if (number && *number < names.size()) return number;
                              const auto name = std::find_if(
                                  names.begin(), names.end(), [text](const std::string& other) {
                                    return !other.empty() && EqualsIgnoringCase(other, text);
                                  });
                              if (name == names.end()) return std::nullopt;
                              return static_cast<uint8_t>(name - names.begin());
                            })) {
    if (!categories_) categories_.emplace();
    categories_->set(id);
  }
}

// A name or an id; or two of them with a dot between, which means this application in that master.
std::optional<FlowFilter::Application> FlowFilter::ParseApplication(std::string_view text) const {
  if (EqualsIgnoringCase(text, "detecting")) return Application{.any = {}, .detecting = true};
  const auto& applications = snapshot_.catalogue->applications;
  const auto find = [&](std::string_view one) -> std::optional<uint16_t> {
    const auto number = ParseNumber<uint16_t>(one);
    if (number && *number < applications.size()) return number;
    for (size_t id = 0; id < applications.size(); ++id) {
      if (EqualsIgnoringCase(applications[id].name, one)) return static_cast<uint16_t>(id);
    }
    return std::nullopt;
  };
  if (const auto id = find(text)) return Application{.any = id};
  for (size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1)) {
    const auto master = find(text.substr(0, dot));
    const auto app = find(text.substr(dot + 1));
    if (master && app) return Application{.any = {}, .master = *master, .app = *app};
  }
  return std::nullopt;
}

void FlowFilter::ReadNumbers(Query& query) {
  ports_ =
      query.AnyOf<Port>("port", "a port from 0 to 65535, with or without a protocol (443, 443/tcp)",
                        [](std::string_view text) -> std::optional<Port> {
                          const size_t slash = text.find('/');
                          const auto port = ParseNumber<uint16_t>(text.substr(0, slash));
                          if (!port) return std::nullopt;
                          if (slash == std::string_view::npos) return Port{*port, std::nullopt};
                          const auto l4 = ParseL4(text.substr(slash + 1));
                          if (!l4) return std::nullopt;
                          return Port{*port, l4};
                        });
  for (const uint8_t id :
       query.AnyOf<uint8_t>("l4", "an IP protocol's name (tcp) or number (0 to 255)", ParseL4)) {
    if (!l4_) l4_.emplace();
    l4_->set(id);
  }
  ip_version_ = ReadIpVersion(query);
  vlans_ = query.AnyOf<uint16_t>("vlan", "a VLAN from 0 (untagged) to 4095", ParseVlan);
}

void FlowFilter::ReadState(Query& query) {
  if (const std::string* const text = query.One("state")) {
    if (*text == "active") {
      state_ = model::FlowState::kActive;
    } else if (*text == "ended") {
      state_ = model::FlowState::kEnded;
    } else {
      query.Refuse("state", *text, "active or ended");
    }
  }
  tcp_states_ = query.AnyOf<model::TcpState>(
      "tcp_state", "one of syn_sent, established, closing, closed, reset", model::ParseTcpState);
  end_reasons_ = query.AnyOf<model::EndReason>(
      "end_reason", "one of idle, tcp_fin, tcp_rst, evicted, shutdown, end_of_file",
      [](std::string_view text) -> std::optional<model::EndReason> {
        const auto reason = model::ParseEndReason(text);
        return reason == model::EndReason::kActiveTimeout ? std::nullopt : reason;
      });
}

void FlowFilter::ReadRisks(Query& query) {
  const std::vector<model::RiskInfo>& known = snapshot_.catalogue->risks;
  for (const uint8_t id : query.AnyOf<uint8_t>(
           "risk", "a risk's name or id",
           [&known](std::string_view text) -> std::optional<uint8_t> {
             const auto number = ParseNumber<uint8_t>(text);
             if (number && *number < 64) return number;
             const auto risk =
                 std::find_if(known.begin(), known.end(), [text](const model::RiskInfo& other) {
                   return !other.name.empty() && EqualsIgnoringCase(other.name, text);
                 });
             if (risk == known.end()) return std::nullopt;
             return static_cast<uint8_t>(risk - known.begin());
           })) {
    risks_ |= uint64_t{1} << id;
  }
}

bool FlowFilter::Matches(const model::FlowRecord& flow) {
  return MatchesPlace(flow) && MatchesState(flow) && MatchesApplication(flow) &&
         MatchesHosts(flow) && MatchesText(flow) && MatchesCommunityId(flow);
}

bool FlowFilter::MatchesPlace(const model::FlowRecord& flow) const {
  if (!interfaces_.empty() && !Contains(interfaces_, flow.interface_index)) return false;
  if (!vlans_.empty() && !Contains(vlans_, flow.vlan)) return false;
  if (l4_ && !l4_->test(flow.l4_protocol)) return false;
  if (!place_.Matches(flow.client.place, flow.server.place)) return false;
  if (flow.client.sent.bytes + flow.server.sent.bytes < min_bytes_) return false;
  return NoneOrAny(ports_, [&](const Port& port) {
    return (port.port == flow.server.port || port.port == flow.client.port) &&
           (!port.l4_protocol || *port.l4_protocol == flow.l4_protocol) && flow.has_ports();
  });
}

bool FlowFilter::MatchesHosts(const model::FlowRecord& flow) const {
  const auto is_client = [&](const HostMatch& m) { return m.Matches(flow.client.ip, flow.vlan); };
  const auto is_server = [&](const HostMatch& m) { return m.Matches(flow.server.ip, flow.vlan); };
  const auto is_either = [&](const HostMatch& m) { return is_client(m) || is_server(m); };
  return (!required_host_ || is_either(*required_host_)) && NoneOrAny(hosts_, is_either) &&
         NoneOrAny(clients_, is_client) && NoneOrAny(servers_, is_server) &&
         NoneOrAny(networks_, is_either);
}

bool FlowFilter::MatchesState(const model::FlowRecord& flow) const {
  if (state_ && *state_ != flow.state) return false;
  if (ip_version_ && *ip_version_ != flow.client.ip.version()) return false;
  if (!tcp_states_.empty() && !Contains(tcp_states_, flow.tcp_state)) return false;
  if (end_reasons_.empty()) return true;
  return flow.end_reason.has_value() && Contains(end_reasons_, *flow.end_reason);
}

bool FlowFilter::MatchesApplication(const model::FlowRecord& flow) const {
  const model::Classification& application = flow.application;
  if (risks_ != 0 && (application.risks & risks_) == 0) return false;
  if (categories_ && !categories_->test(application.category)) return false;
  return NoneOrAny(applications_, [&](const Application& wanted) {
    if (wanted.detecting) return flow.detecting;
    if (!wanted.any) {
      return wanted.master == application.master && wanted.app == application.app;
    }
    return *wanted.any == model::ApplicationIndex(application) ||
           (*wanted.any != 0 && *wanted.any == application.master);
  });
}

bool FlowFilter::MatchesText(const model::FlowRecord& flow) {
  if (texts_.empty() || ApplicationNameHolds(flow.application)) return true;
  if (NameHolds(flow.client_names.get(), flow.client.ip, flow) ||
      NameHolds(flow.server_names.get(), flow.server.ip, flow)) {
    return true;
  }
  return std::any_of(texts_.begin(), texts_.end(), [&flow](const TextSearch& text) {
    if (flow.metadata != nullptr && MetadataHolds(*flow.metadata, text)) return true;
    return MayBeInAddress(text.lower()) && (text.IsIn(json::TextForm(flow.client.ip).view()) ||
                                            text.IsIn(json::TextForm(flow.server.ip).view()));
  });
}

// Last: it hashes each flow that all others let through.
bool FlowFilter::MatchesCommunityId(const model::FlowRecord& flow) const {
  if (community_ids_.empty()) return true;
  const auto id = json::CommunityId::Of(flow);
  return id && std::find(community_ids_.begin(), community_ids_.end(), id->view()) !=
                   community_ids_.end();
}

void FlowFilter::FindNamesWithText() {
  if (texts_.empty()) return;
  snapshot_.names.ForEach([this](const model::NameIndex::Key& key, const model::HostNames& names) {
    if (BestNameHolds(names)) addresses_with_text_.insert(key);
  });
}

bool FlowFilter::BestNameHolds(const model::HostNames& names) const {
  return std::any_of(texts_.begin(), texts_.end(), [&](const TextSearch& text) {
    return names.best() != nullptr && text.IsIn(names.best()->name);
  });
}

// Of the name that the flow's object shows for an end.
bool FlowFilter::NameHolds(const model::HostNames* own, const IpAddress& ip,
                           const model::FlowRecord& flow) const {
  if (own != nullptr) return BestNameHolds(*own);
  return !addresses_with_text_.empty() &&
         addresses_with_text_.contains({ip, flow.vlan, flow.interface_index});
}

bool FlowFilter::ApplicationNameHolds(const model::Classification& application) {
  const uint32_t key = uint32_t{application.master} << 16 | application.app;
  const auto [known, is_new] = application_holds_text_.try_emplace(key, false);
  if (is_new) {
    const std::string name = snapshot_.catalogue->Name(application);
    known->second = std::any_of(texts_.begin(), texts_.end(),
                                [&](const TextSearch& text) { return text.IsIn(name); });
  }
  return known->second;
}

}  // namespace wiregauge::api
