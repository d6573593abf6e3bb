// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/mac_address.h"
#include "base/text.h"
#include "model/flow_record.h"
#include "publish/lua/compat/application_filter.h"
#include "publish/lua/compat/host_name.h"
#include "publish/lua/compat/options.h"
#include "publish/lua/compat/view.h"

namespace wiregauge::lua::compat {

// Which flows a script asks for: the arguments of getFlowsInfo, and what pageinfo says about rows.
// All of it holds together.
class FlowFilter {
 public:
  explicit FlowFilter(const View& view) : interface_index_(view.interface_index) {}

  // Throws ScriptError for what is wrong, and for what cannot be answered.
  void Read(Options& options, const View& view);
  void RequireHost(const HostName& host) { ends_.emplace_back(host); }
  void RequireClient(const HostSet& host) { client_ = host; }
  void RequireServer(const HostSet& host) { server_ = host; }
  void RequireInfo(std::string_view text) { info_.emplace(text); }
  // Nothing matches: an unknown host was named.
  void RequireNothing() { matches_nothing_ = true; }

  bool matches_nothing() const { return matches_nothing_; }
  bool Matches(const model::FlowRecord& flow) const;

 private:
  void ReadHosts(Options& options);
  void ReadPlaces(Options& options);
  void ReadProtocols(Options& options, const View& view);
  void ReadStates(Options& options);
  std::optional<bool> ReadMode(Options& options, const char* name) const;
  bool MatchesHosts(const model::FlowRecord& flow) const;
  bool MatchesPlaces(const model::FlowRecord& flow) const;
  bool MatchesProtocols(const model::FlowRecord& flow) const;
  bool MatchesStates(const model::FlowRecord& flow) const;

  uint16_t interface_index_;
  bool matches_nothing_ = false;
  std::vector<HostSet> ends_;  // each is one of the flow's
  std::optional<HostSet> client_, server_;
  std::optional<bool> client_is_local_, server_is_local_;
  std::optional<model::CountryCode> country_;
  std::optional<int64_t> network_, pool_, asn_, vlan_;
  std::optional<MacAddress> mac_;
  std::optional<ApplicationFilter> application_;
  std::optional<uint8_t> category_, l4_protocol_, icmp_type_, icmp_code_, ip_version_;
  std::optional<uint16_t> port_;
  std::optional<TextSearch> info_;
  std::optional<int64_t> status_;
  std::string tcp_state_;
  std::optional<model::FlowState> state_;
  bool unicast_ = false, one_way_ = false;
};

}  // namespace wiregauge::lua::compat
