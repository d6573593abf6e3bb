// SPDX-License-Identifier: Apache-2.0
#include "publish/http/peer_address.h"

#include "base/mapped_address.h"

namespace wiregauge::http {

IpAddress ParsePeerAddress(std::string_view host) {
  return Unmapped(IpAddress::Parse(host.substr(0, host.find('%'))).value_or(IpAddress()));
}

}  // namespace wiregauge::http
