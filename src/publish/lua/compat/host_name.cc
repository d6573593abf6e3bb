// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/compat/host_name.h"

#include "base/text.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua::compat {
namespace {

constexpr uint16_t kMostVlan = 4095;

struct Parts {
  std::string_view address;
  std::optional<uint16_t> vlan;
};

std::optional<Parts> SplitVlan(std::string_view text) {
  const size_t at = text.find('@');
  if (at == std::string_view::npos) return Parts{text, std::nullopt};
  const auto vlan = ParseNumber<uint16_t>(text.substr(at + 1));
  if (!vlan || *vlan > kMostVlan) return std::nullopt;
  return Parts{text.substr(0, at), vlan};
}

}  // namespace

std::optional<HostName> ParseHost(std::string_view text) {
  const auto parts = SplitVlan(text);
  const auto ip = parts ? IpAddress::Parse(parts->address) : std::nullopt;
  if (!ip) return std::nullopt;
  return HostName{*ip, parts->vlan.value_or(0)};
}

std::optional<HostName> HostArguments(lua_State* lua, int index) {
  const std::string_view text = TextArgument(lua, index, "host");
  const bool has_vlan = TextAt(lua, index + 1) != "";
  const auto vlan = has_vlan ? OptionalInteger(lua, index + 1, "vlan", 0, kMostVlan) : std::nullopt;
  auto host = ParseHost(text);
  if (host && vlan && text.find('@') == std::string_view::npos) {
    host->vlan = static_cast<uint16_t>(*vlan);
  }
  return host;
}

std::optional<HostSet> HostSet::Parse(std::string_view text) {
  const auto parts = SplitVlan(text);
  const auto network = parts ? IpNetwork::Parse(parts->address) : std::nullopt;
  if (!network) return std::nullopt;
  return HostSet(*network, parts->vlan);
}

}  // namespace wiregauge::lua::compat
