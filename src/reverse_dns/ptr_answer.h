// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/ip_address.h"

namespace wiregauge::reverse_dns {

// "1.2.0.192.in-addr.arpa" (RFC 1035 section 3.5), "....ip6.arpa" (RFC 3596 section 2.5).
std::string ReverseName(const IpAddress& ip);

struct PtrAnswer {
  std::string name;    // lower case, without the root's dot; empty: it has none
  uint32_t ttl_s = 0;  // the least one on the way to the name
};

// The name that a server's answer gives to `question`, also through aliases (RFC 2317). Of several
// the first by the alphabet, as servers turn them around. Nothing when it is no such answer.
std::optional<PtrAnswer> ReadPtrAnswer(std::span<const uint8_t> message, std::string_view question);

}  // namespace wiregauge::reverse_dns
