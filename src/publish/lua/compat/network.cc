// SPDX-License-Identifier: Apache-2.0
#include <netdb.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "publish/lua/compat/functions.h"
#include "publish/lua/compat/host_name.h"
#include "publish/lua/compat/view.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

// Addresses, ports and what is known of them without their traffic.
namespace wiregauge::lua::compat {
namespace {

// (port [, protocol]): the name, or the number as text.
int GetServiceByPort(lua_State* lua) {
  constexpr uint64_t kSpendPerLookUp = 100'000;
  State::Of(lua).Spend(kSpendPerLookUp);
  const auto port = static_cast<uint16_t>(IntegerArgument(lua, 1, "port", 0, 65535));
  const std::string protocol = ToLower(OptionalText(lua, 2, "protocol").value_or("tcp"));
  servent entry{};
  servent* found = nullptr;
  std::array<char, 1024> memory{};
  getservbyport_r(htons(port), protocol.c_str(), &entry, memory.data(), memory.size(), &found);
  Push(lua, found != nullptr ? std::string(found->s_name) : std::to_string(port));
  return 1;
}

// Of a number; a text stays what it is.
int NumberToAddress(lua_State* lua) {
  if (lua_type(lua, 1) == LUA_TSTRING && lua_isnumber(lua, 1) == 0) {
    lua_pushvalue(lua, 1);
    return 1;
  }
  const auto number = IntegerArgument(lua, 1, "number", 0, UINT32_MAX);
  Push(lua, IpAddress::V4(static_cast<uint32_t>(number)).ToString());
  return 1;
}

// (address, prefix_bits): the network's address.
int GetNetworkPrefix(lua_State* lua) {
  const std::string text(TextArgument(lua, 1, "address"));
  const auto bits = IntegerArgument(lua, 2, "prefix_bits", 0, 128);
  const auto network = IpNetwork::Parse(text + "/" + std::to_string(bits));
  if (!network) return NoAnswer(lua);
  Push(lua, network->address().ToString());
  return 1;
}

int IsIpv6(lua_State* lua) {
  const auto ip = IpAddress::Parse(TextArgument(lua, 1, "address"));
  Push(lua, ip && ip->version() == 6);
  return 1;
}

int GetManufacturer(lua_State* lua) {
  const auto mac = MacAddress::Parse(TextArgument(lua, 1, "mac"));
  const auto vendor = mac ? Call::Of(lua).counters().vendors->VendorOf(*mac) : std::nullopt;
  if (!vendor) return NoAnswer(lua);
  lua_createtable(lua, 0, 2);
  SetField(lua, "short", *vendor);
  SetField(lua, "extended", *vendor);
  return 1;
}

const std::vector<model::LocalNetwork>& NetworksOf(lua_State* lua) {
  return Call::Of(lua).services.places.networks();
}

// {[prefix] = name}
int GetLocalNetworks(lua_State* lua) {
  lua_newtable(lua);
  MarkObject(lua);
  for (const model::LocalNetwork& network : NetworksOf(lua)) {
    for (const IpNetwork& prefix : network.prefixes) {
      const std::string text = prefix.ToString();
      SetField(lua, text, network.name.empty() ? text : network.name);
    }
  }
  return 1;
}

int GetNetworkName(lua_State* lua) {
  const auto id = IntegerArgument(lua, 1, "network_id", -2, 65534);
  model::Place place;
  place.network = static_cast<uint16_t>(id < 0 ? 0 : id + 1);
  Push(lua, Call::Of(lua).services.places.NetworkName(place).value_or(""));
  return 1;
}

// The number of the smallest local network that holds the address.
std::optional<size_t> FindNetwork(lua_State* lua, const IpAddress& ip) {
  std::optional<size_t> found;
  int most_bits = -1;
  const auto& networks = NetworksOf(lua);
  for (size_t i = 0; i < networks.size(); ++i) {
    for (const IpNetwork& prefix : networks[i].prefixes) {
      if (!prefix.Contains(ip) || prefix.prefix_bits() <= most_bits) continue;
      most_bits = prefix.prefix_bits();
      found = i;
    }
  }
  return found;
}

int IsLocalAddress(lua_State* lua) {
  const auto host = ParseHost(TextArgument(lua, 1, "address"));
  Push(lua, host && FindNetwork(lua, host->ip).has_value());
  return 1;
}

int GetAddressNetwork(lua_State* lua) {
  const auto host = ParseHost(TextArgument(lua, 1, "address"));
  const auto network = host ? FindNetwork(lua, host->ip) : std::nullopt;
  if (network) {
    Push(lua, *network);
  } else {
    Push(lua, -1);
  }
  return 1;
}

// Of an address that has traffic: only then its place is known.
int GetAsName(lua_State* lua) {
  Call& call = Call::Of(lua);
  const auto host = ParseHost(TextArgument(lua, 1, "address"));
  std::string name;
  State::Of(lua).Spend(call.rows().hosts.size() * 10);
  for (const model::HostRecord& record : call.rows().hosts) {
    if (!host || record.ip != host->ip) continue;
    name = call.services.places.AsName(record.place).value_or("");
    break;
  }
  Push(lua, name);
  return 1;
}

int GetRisk(lua_State* lua) {
  const auto id = IntegerArgument(lua, 1, "risk", 0, 255);
  const auto& risks = Call::Of(lua).counters().catalogue->risks;
  Push(lua, static_cast<size_t>(id) < risks.size() ? risks[static_cast<size_t>(id)].name : "");
  return 1;
}

// What is known of the address by now; nobody is asked. Else the address.
int GetResolvedName(lua_State* lua) {
  const std::string_view text = TextArgument(lua, 1, "address");
  const auto host = ParseHost(text);
  const std::string_view name =
      host ? Call::Of(lua).rows().names.NameOf(host->ip, host->vlan, std::nullopt)
           : std::string_view();
  Push(lua, name.empty() ? text : name);
  return 1;
}

std::vector<Function> PlaceFunctions() {
  const Parameter address = {"address", "string", ""};
  const Parameter truth = {"truth", "boolean", ""};
  const Parameter name = {"name", "string", ""};
  return {
      {"getLocalNetworks",
       "All local networks: {[prefix] = name}.",
       {},
       {{"networks", "table<string, string>", ""}},
       Entry<GetLocalNetworks>},
      {"getNetworkNameById",
       "The name of a local network; \"\" when there is none.",
       {{"network_id", "integer", "from 0 on"}},
       {name},
       Entry<GetNetworkName>},
      {"isLocalAddress",
       "Whether it is in a local network.",
       {address},
       {truth},
       Entry<IsLocalAddress>},
      {"getAddressNetwork",
       "The number of its local network; -1: none.",
       {address},
       {{"network_id", "integer", ""}},
       Entry<GetAddressNetwork>},
      {"getASName",
       "The autonomous system's name of an address that has traffic; \"\" when it is not known.",
       {address},
       {name},
       Entry<GetAsName>},
      {"getRiskStr",
       "The name of libndpi's risk.",
       {{"risk", "integer", ""}},
       {name},
       Entry<GetRisk>},
      {"resolveName",
       "The best name known of an address, or the address: nobody is asked.",
       {address},
       {name},
       Entry<GetResolvedName>},
      {"getResolvedName", "As resolveName.", {address}, {name}, Entry<GetResolvedName>},
  };
}

}  // namespace

Part NetworkPart() {
  const Parameter address = {"address", "string", ""};
  const Parameter truth = {"truth", "boolean", ""};
  const Parameter name = {"name", "string", ""};
  Part part;
  part.functions = {
      {"getservbyport",
       "The service's name as this machine knows it, or the number as text.",
       {{"port", "integer", ""}, {"protocol", "string?", "tcp"}},
       {name},
       Entry<GetServiceByPort>},
      {"inet_ntoa",
       "An IPv4 address of its number.",
       {{"number", "integer|string", ""}},
       {address},
       Entry<NumberToAddress>},
      {"networkPrefix",
       "The address of the network; nil when there is none.",
       {address, {"prefix_bits", "integer", ""}},
       {{"address", "string?", ""}},
       Entry<GetNetworkPrefix>},
      {"isIPv6", "Whether it is an IPv6 address.", {address}, {truth}, Entry<IsIpv6>},
      {"getMacManufacturer",
       "Who makes the device: {short, extended}; nil when it is not known.",
       {{"mac", "string", ""}},
       {{"manufacturer", "table<string, string>?", ""}},
       Entry<GetManufacturer>},
  };
  for (Function& function : PlaceFunctions()) part.functions.push_back(std::move(function));
  return part;
}

}  // namespace wiregauge::lua::compat
