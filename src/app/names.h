// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.h"
#include "base/time.h"
#include "config/settings.h"
#include "reverse_dns/resolver.h"

namespace wiregauge::app {

// Error kInvalidArgument for a server that is none: "dns.servers: ...".
Result<std::vector<reverse_dns::NameServer>> MakeNameServers(const config::Dns& settings);

// Null when names are not to be looked up. Borrows the clock.
Result<std::unique_ptr<reverse_dns::Resolver>> MakeResolver(const config::Dns& settings,
                                                            const Clock& clock);

}  // namespace wiregauge::app
