// SPDX-License-Identifier: Apache-2.0
#include "publish/api/host_path.h"

#include <set>
#include <string>

#include "base/text.h"
#include "publish/api/host_match.h"
#include "publish/json/text_forms.h"

namespace wiregauge::api {

Result<model::HostRecord> FindHostOfPath(const http::Request& request,
                                         const snapshot::Snapshot& snapshot,
                                         std::optional<uint16_t> interface_index) {
  const std::string& text = request.PathParameter("host");
  const auto name = ParseHostName(text);
  if (!name) {
    return Error{ErrorCode::kInvalidArgument,
                 "host: \"" + text.substr(0, 100) + "\" is not an IP address, or one with @vlan."};
  }
  if (auto host = FindHost(snapshot, name->ip, name->vlan, interface_index)) {
    return *std::move(host);
  }
  std::set<uint16_t> vlans;
  for (const model::HostRecord& host : snapshot.hosts) {
    if (host.ip == name->ip) vlans.insert(host.vlan);
  }
  std::string message = "There is no host " + json::HostName(name->ip, name->vlan);
  message += interface_index ? " on " + snapshot.interfaces[*interface_index].name + "." : ".";
  for (const uint16_t vlan : vlans) {
    message += " There is " + json::HostName(name->ip, vlan) + ".";
  }
  return Error{ErrorCode::kNotFound, std::move(message)};
}

}  // namespace wiregauge::api
