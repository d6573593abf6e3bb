// SPDX-License-Identifier: Apache-2.0
#include "publish/api/flow_text.h"

#include <algorithm>
#include <string>
#include <vector>

namespace wiregauge::api {
namespace {

template <typename... Texts>
bool AnyHolds(const TextSearch& search, const Texts&... texts) {
  return (search.IsIn(texts) || ...);
}

bool OneHolds(const TextSearch& search, const std::vector<std::string>& texts) {
  return std::any_of(texts.begin(), texts.end(),
                     [&search](const std::string& text) { return search.IsIn(text); });
}

}  // namespace

bool MetadataHolds(const model::FlowMetadata& metadata, const TextSearch& search) {
  const auto& [server_name, http, dns, tls, quic, ssh, dhcp, netbios] = metadata;
  return AnyHolds(search, server_name) ||
         (http && AnyHolds(search, http->host, http->url, http->user_agent)) ||
         (dns && AnyHolds(search, dns->query)) ||
         (tls && AnyHolds(search, tls->server_name, tls->subject)) ||
         (tls && OneHolds(search, tls->alternative_names)) ||
         (quic && AnyHolds(search, quic->server_name)) ||
         (ssh && AnyHolds(search, ssh->client, ssh->server)) ||
         (dhcp && AnyHolds(search, dhcp->host_name)) ||
         (netbios && AnyHolds(search, netbios->name));
}

}  // namespace wiregauge::api
