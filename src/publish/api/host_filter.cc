// SPDX-License-Identifier: Apache-2.0
#include "publish/api/host_filter.h"

#include <algorithm>

#include "base/text.h"
#include "publish/api/responses.h"
#include "publish/json/text_forms.h"

namespace wiregauge::api {
namespace {

using Host = model::HostRecord;

// An empty list holds every host.
bool HoldsHost(const std::vector<HostMatch>& list, const Host& host) {
  return list.empty() || std::any_of(list.begin(), list.end(), [&](const HostMatch& match) {
           return match.Matches(host.ip, host.vlan);
         });
}

bool NamesHold(const Host& host, const std::string& text) {
  if (host.names == nullptr) return false;
  const auto& names = host.names->all();
  return std::any_of(names.begin(), names.end(), [&](const model::HostName& name) {
    return HoldsIgnoringCase(name.name, text);
  });
}

}  // namespace

HostFilter::HostFilter(Query& query, const snapshot::Snapshot& snapshot,
                       const model::PlaceNames& places)
    : interfaces_(ReadInterfaces(query, snapshot)),
      hosts_(query.AnyOf<HostMatch>("host", kHostForm, HostMatch::Parse)),
      local_(query.Boolean("local")),
      active_(query.Boolean("active")),
      ip_version_(ReadIpVersion(query)),
      vlans_(query.AnyOf<uint16_t>("vlan", "a VLAN from 0 (untagged) to 4095", ParseVlan)),
      macs_(query, *snapshot.vendors),
      networks_(ReadNetworks(query, places)),
      place_(query, places) {
  for (const std::string_view text : query.AnyOf("text")) texts_.push_back(ToLower(text));
}

bool HostFilter::Matches(const Host& host) const {
  return (interfaces_.empty() || Contains(interfaces_, host.interface_index)) &&
         HoldsHost(hosts_, host) && (!local_ || *local_ == host.local) &&
         (!active_ || *active_ == host.active) &&
         (!ip_version_ || *ip_version_ == host.ip.version()) &&
         (vlans_.empty() || Contains(vlans_, host.vlan)) && macs_.Matches(host.mac) &&
         HoldsHost(networks_, host) && place_.Matches(host.place) && MatchesTexts(host);
}

bool HostFilter::MatchesTexts(const Host& host) const {
  if (texts_.empty()) return true;
  const json::TextForm ip(host.ip);
  return std::any_of(texts_.begin(), texts_.end(), [&](const std::string& text) {
    return NamesHold(host, text) || ip.view().find(text) != std::string_view::npos ||
           macs_.Holds(host.mac, text);
  });
}

}  // namespace wiregauge::api
