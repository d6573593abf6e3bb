// SPDX-License-Identifier: Apache-2.0
#include "app/names.h"

#include <string>
#include <utility>

namespace wiregauge::app {

Result<std::vector<reverse_dns::NameServer>> MakeNameServers(const config::Dns& settings) {
  std::vector<reverse_dns::NameServer> servers;
  for (const std::string& text : settings.servers) {
    const auto server = reverse_dns::NameServer::Parse(text);
    if (!server) {
      return Error{ErrorCode::kInvalidArgument,
                   "dns.servers: expected name servers such as 192.0.2.53, 192.0.2.53:5353 or "
                   "[2001:db8::53]:5353, found \"" +
                       text + "\""};
    }
    servers.push_back(*server);
  }
  return servers;
}

Result<std::unique_ptr<reverse_dns::Resolver>> MakeResolver(const config::Dns& settings,
                                                            const Clock& clock) {
  auto servers = MakeNameServers(settings);
  if (!servers) return servers.error();
  if (!settings.reverse_lookup) return std::unique_ptr<reverse_dns::Resolver>();
  reverse_dns::ResolverOptions options;
  options.servers = std::move(servers).value();
  options.timeout = settings.timeout;
  return reverse_dns::Resolver::Start(options, clock);
}

}  // namespace wiregauge::app
