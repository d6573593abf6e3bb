// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ip_address.h"

namespace wiregauge::api {

// "192.0.2.1" or "192.0.2.1@5": an address and its VLAN, 0 (untagged) when none is named.
struct HostName {
  IpAddress ip;
  uint16_t vlan = 0;
};
std::optional<HostName> ParseHostName(std::string_view text);

// What the parameters that hold hosts (HostMatch::Parse) expect.
inline constexpr std::string_view kHostForm = "an IP address or prefix, with @vlan or without";

// Which hosts are meant: an address or a prefix, in one VLAN or in any. Cheap to ask.
class HostMatch {
 public:
  explicit HostMatch(const HostName& host);
  // "192.0.2.1", "192.0.2.0/24", "2001:db8::/32", each with "@5" or without.
  static std::optional<HostMatch> Parse(std::string_view text);

  // In any VLAN.
  static HostMatch In(const IpNetwork& network) { return HostMatch(network, std::nullopt); }

  bool Matches(const IpAddress& ip, uint16_t vlan) const {
    return ip.version() == version_ && (!vlan_ || *vlan_ == vlan) && Masked(ip) == value_;
  }

 private:
  struct Words {
    uint64_t high = 0, low = 0;
    bool operator==(const Words&) const = default;
  };

  HostMatch(const IpNetwork& network, std::optional<uint16_t> vlan);
  Words Masked(const IpAddress& ip) const;

  uint8_t version_ = 0;
  std::optional<uint16_t> vlan_;
  Words mask_, value_;
};

// A VLAN identifier, 0 for untagged.
inline constexpr uint16_t kMostVlan = 4095;
std::optional<uint16_t> ParseVlan(std::string_view text);

}  // namespace wiregauge::api
