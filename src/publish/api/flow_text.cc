// SPDX-License-Identifier: Apache-2.0
#include "publish/api/flow_text.h"

namespace wiregauge::api {
namespace {

template <typename... Texts>
bool AnyHolds(const TextSearch& search, const Texts&... texts) {
  return (search.IsIn(texts) || ...);
}

}  // namespace

bool MetadataHolds(const model::FlowMetadata& metadata, const TextSearch& search) {
  const auto& [server_name, http, dns, tls, quic, ssh, dhcp, netbios] = metadata;
  return AnyHolds(search, server_name) ||
         (http && AnyHolds(search, http->host, http->url, http->user_agent)) ||
         (dns && AnyHolds(search, dns->query)) ||
         (tls && AnyHolds(search, tls->server_name, tls->subject)) ||
         (quic && AnyHolds(search, quic->server_name)) ||
         (ssh && AnyHolds(search, ssh->client, ssh->server)) ||
         (dhcp && AnyHolds(search, dhcp->host_name)) ||
         (netbios && AnyHolds(search, netbios->name));
}

}  // namespace wiregauge::api
