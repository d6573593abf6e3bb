// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/ip_address.h"
#include "base/mac_address.h"
#include "dissect/name_text.h"

// DHCP for IPv4 (RFC 2131, options RFC 2132). Nothing here allocates. Any thread.
namespace wiregauge::dissect {

// Option 53; RFC 2132 section 9.6. kNone: a BOOTP message.
enum class DhcpType : uint8_t {
  kNone,
  kDiscover,
  kOffer,
  kRequest,
  kDecline,
  kAcknowledge,
  kRefuse,
  kRelease,
  kInform,
};

// What one message says. Views point into it; an option that is not there is an empty view. Text is
// as it was sent (any bytes), without the NULs some put at its end (RFC 2132 section 2).
struct DhcpMessage {
  bool from_client = false;
  DhcpType type = DhcpType::kNone;
  uint32_t transaction = 0;
  MacAddress client_mac;                       // zero unless the hardware is Ethernet
  std::optional<IpAddress> client_address;     // "ciaddr": what the client has already
  std::optional<IpAddress> your_address;       // "yiaddr": what the server gives
  std::optional<IpAddress> requested_address;  // option 50
  std::string_view host_name;                  // option 12
  std::string_view vendor_class;               // option 60
  std::span<const uint8_t> client_fqdn;        // option 81: for ReadClientFqdn
  std::span<const uint8_t> requested_options;  // option 55, in the client's order: its fingerprint
};

// Nothing for what is no DHCP or BOOTP message. Options after a damaged or cut one are missing.
std::optional<DhcpMessage> ParseDhcp(std::span<const uint8_t> bytes) noexcept;

// The name in option 81 (RFC 4702), in either of its encodings. False when there is none.
[[nodiscard]] bool ReadClientFqdn(std::span<const uint8_t> client_fqdn, NameText& name) noexcept;

}  // namespace wiregauge::dissect
