// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/ip_address.h"

namespace wiregauge::http {

// The address of a connection's other end, from its text: without the scope of a link-local one
// ("fe80::1%eth0"), and IPv4 where a socket for both takes IPv4 for ::ffff:a.b.c.d. What is no
// address gives none (version 0). Thread-safe.
IpAddress ParsePeerAddress(std::string_view host);

}  // namespace wiregauge::http
