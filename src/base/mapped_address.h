// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ip_address.h"

namespace wiregauge {

// The IPv4 address that ::ffff:a.b.c.d means (RFC 4291 section 2.5.5.2); any other one as it is.
// Thread-safe.
IpAddress Unmapped(const IpAddress& address);

}  // namespace wiregauge
