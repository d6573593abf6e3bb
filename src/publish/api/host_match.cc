// SPDX-License-Identifier: Apache-2.0
#include "publish/api/host_match.h"

#include <array>
#include <cstring>

#include "base/text.h"

namespace wiregauge::api {

std::optional<uint16_t> ParseVlan(std::string_view text) {
  const auto vlan = ParseNumber<uint16_t>(text);
  return vlan && *vlan <= kMostVlan ? vlan : std::nullopt;
}

std::optional<HostName> ParseHostName(std::string_view text) {
  const size_t at = text.find('@');
  const auto ip = IpAddress::Parse(text.substr(0, at));
  if (!ip) return std::nullopt;
  if (at == std::string_view::npos) return HostName{*ip, 0};
  const auto vlan = ParseVlan(text.substr(at + 1));
  if (!vlan) return std::nullopt;
  return HostName{*ip, *vlan};
}

std::optional<HostMatch> HostMatch::Parse(std::string_view text) {
  const size_t at = text.find('@');
  const auto network = IpNetwork::Parse(text.substr(0, at));
  if (!network) return std::nullopt;
  std::optional<uint16_t> vlan;
  if (at != std::string_view::npos) {
    vlan = ParseVlan(text.substr(at + 1));
    if (!vlan) return std::nullopt;
  }
  return HostMatch(*network, vlan);
}

HostMatch::HostMatch(const HostName& host)
    : HostMatch(IpNetwork(host.ip, host.ip.version() == 4 ? 32 : 128), host.vlan) {}

HostMatch::HostMatch(const IpNetwork& network, std::optional<uint16_t> vlan)
    : version_(network.address().version()), vlan_(vlan) {
  std::array<uint8_t, 16> ones;
  ones.fill(0xff);
  const IpNetwork mask(IpAddress::V6(ones), network.prefix_bits());
  static_assert(sizeof mask_ == sizeof ones);
  std::memcpy(&mask_, mask.address().storage().data(), sizeof mask_);
  std::memcpy(&value_, network.address().storage().data(), sizeof value_);
}

HostMatch::Words HostMatch::Masked(const IpAddress& ip) const {
  Words words;
  std::memcpy(&words, ip.storage().data(), sizeof words);
  return {words.high & mask_.high, words.low & mask_.low};
}

}  // namespace wiregauge::api
