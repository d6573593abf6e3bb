// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wiregauge::http {

// Which names a server answers to. A page of another site cannot read what a server on loopback
// says, unless that site's name is made to point there (DNS rebinding): then the browser takes both
// for one site, and only the Host header still tells the name. Immutable.
class AllowedHosts {
 public:
  // Names without a port, in any case.
  explicit AllowedHosts(const std::vector<std::string>& names);

  // Of a Host header (RFC 9110 section 7.2), with its port or without: an IP address, which no name
  // was looked up for, localhost or a name below it, which resolvers keep on this machine (RFC 6761
  // section 6.3), or one of the names.
  bool Contain(std::string_view host) const;

 private:
  std::vector<std::string> names_;  // in lower case
};

}  // namespace wiregauge::http
