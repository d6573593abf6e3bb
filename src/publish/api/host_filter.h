// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/host_record.h"
#include "model/place.h"
#include "publish/api/host_match.h"
#include "publish/api/mac_filter.h"
#include "publish/api/place_filter.h"
#include "publish/api/query.h"
#include "snapshot/snapshot.h"

namespace wiregauge::api {

// The parameters that choose among hosts, as api/openapi.yaml describes them. Values of one
// parameter are alternatives, different parameters hold together. Borrows the snapshot.
class HostFilter {
 public:
  // Reads every parameter of the query that it knows; what is wrong is refused there.
  HostFilter(Query& query, const snapshot::Snapshot& snapshot, const model::PlaceNames& places);

  bool Matches(const model::HostRecord& host) const;

 private:
  bool MatchesTexts(const model::HostRecord& host) const;

  std::vector<uint16_t> interfaces_;
  std::vector<HostMatch> hosts_;
  std::optional<bool> local_, active_;
  std::optional<uint8_t> ip_version_;
  std::vector<uint16_t> vlans_;
  const MacFilter macs_;
  std::vector<HostMatch> networks_;
  const PlaceFilter place_;
  std::vector<std::string> texts_;
};

// The names of the parameters above.
inline constexpr std::string_view kHostFilterParameters[] = {
    "interface", "host",    "local", "active", "ip_version", "vlan", "network",
    "asn",       "country", "pool",  "mac",    "mac_vendor", "text"};

}  // namespace wiregauge::api
