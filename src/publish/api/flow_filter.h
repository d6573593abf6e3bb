// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/text.h"
#include "model/flow_record.h"
#include "model/place.h"
#include "publish/api/host_match.h"
#include "publish/api/place_filter.h"
#include "publish/api/query.h"
#include "snapshot/snapshot.h"

namespace wiregauge::api {

// The parameters that choose among flows, as api/openapi.yaml describes them. Values of one
// parameter are alternatives, different parameters hold together. Borrows the snapshot. Not
// thread-safe.
class FlowFilter {
 public:
  // Reads every parameter of the query that it knows; what is wrong is refused there.
  FlowFilter(Query& query, const snapshot::Snapshot& snapshot, const model::PlaceNames& places);

  // Only flows of this host, beside what the query says.
  void RequireHost(const HostName& host) { required_host_ = HostMatch(host); }

  bool Matches(const model::FlowRecord& flow);

 private:
  struct Application {
    std::optional<uint16_t> any;   // as the application or as its master ...
    uint16_t master = 0, app = 0;  // ... or both, just so
    bool detecting = false;
  };
  struct Port {
    uint16_t port = 0;
    std::optional<uint8_t> l4_protocol;
  };

  void ReadApplications(Query& query);
  std::optional<Application> ParseApplication(std::string_view text) const;
  void ReadNumbers(Query& query);
  void ReadState(Query& query);
  void ReadRisks(Query& query);

  bool MatchesPlace(const model::FlowRecord& flow) const;
  bool MatchesHosts(const model::FlowRecord& flow) const;
  bool MatchesState(const model::FlowRecord& flow) const;
  bool MatchesApplication(const model::FlowRecord& flow) const;
  bool MatchesText(const model::FlowRecord& flow);
  bool MatchesCommunityId(const model::FlowRecord& flow) const;
  void FindNamesWithText();
  bool BestNameHolds(const model::HostNames& names) const;
  bool NameHolds(const model::HostNames* own, const IpAddress& ip,
                 const model::FlowRecord& flow) const;
  bool ApplicationNameHolds(const model::Classification& application);

  const snapshot::Snapshot& snapshot_;
  const PlaceFilter place_;
  std::optional<HostMatch> required_host_;
  std::vector<uint16_t> interfaces_;
  std::vector<HostMatch> hosts_, clients_, servers_, networks_;
  std::vector<Port> ports_;
  std::vector<Application> applications_;
  std::optional<std::bitset<256>> l4_, categories_;
  std::vector<uint16_t> vlans_;
  std::optional<model::FlowState> state_;
  std::vector<model::TcpState> tcp_states_;
  std::optional<uint8_t> ip_version_;
  std::vector<model::EndReason> end_reasons_;
  uint64_t risks_ = 0;
  uint64_t min_bytes_ = 0;
  std::vector<TextSearch> texts_;
  std::vector<std::string> community_ids_;
  std::unordered_map<uint32_t, bool> application_holds_text_;
  std::unordered_set<model::NameIndex::Key, model::NameIndex::KeyHash> addresses_with_text_;
};

// The names of the parameters above.
inline constexpr std::string_view kFlowFilterParameters[] = {
    "interface", "host",       "client",     "server",  "port",    "l4",        "application",
    "category",  "vlan",       "asn",        "country", "network", "pool",      "state",
    "tcp_state", "ip_version", "end_reason", "risk",    "text",    "min_bytes", "community_id"};

}  // namespace wiregauge::api
