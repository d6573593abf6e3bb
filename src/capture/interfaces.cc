// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>

#include <bit>
#include <charconv>
#include <fstream>
#include <limits>
#include <span>
#include <sstream>

#include "base/text.h"
#include "capture/live_source.h"
#include "capture/pcap_handle.h"

namespace wiregauge::capture {
namespace {

std::span<const uint8_t, 4> BytesOf(const in_addr& address) {
  return std::span<const uint8_t, 4>(reinterpret_cast<const uint8_t*>(&address.s_addr), 4);
}

uint8_t CountOnes(std::span<const uint8_t> mask) {
  int ones = 0;
  for (const uint8_t byte : mask) ones += std::popcount(byte);
  return static_cast<uint8_t>(ones);
}

std::optional<IpNetwork> NetworkOf(const pcap_addr& entry) {
  if (entry.addr == nullptr) return std::nullopt;
  if (entry.addr->sa_family == AF_INET) {
    const auto& address = reinterpret_cast<const sockaddr_in&>(*entry.addr).sin_addr;
    if (entry.netmask == nullptr) return IpNetwork(IpAddress::V4(BytesOf(address)), 32);
    const auto& mask = reinterpret_cast<const sockaddr_in&>(*entry.netmask).sin_addr;
    return IpNetwork(IpAddress::V4(BytesOf(address)), CountOnes(BytesOf(mask)));
  }
  if (entry.addr->sa_family == AF_INET6) {
    const auto& address = reinterpret_cast<const sockaddr_in6&>(*entry.addr).sin6_addr;
    if (entry.netmask == nullptr) return IpNetwork(IpAddress::V6(address.s6_addr), 128);
    const auto& mask = reinterpret_cast<const sockaddr_in6&>(*entry.netmask).sin6_addr;
    return IpNetwork(IpAddress::V6(address.s6_addr), CountOnes(mask.s6_addr));
  }
  return std::nullopt;
}

std::optional<uint32_t> ParseHex(std::string_view text) {
  uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, 16);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

// One line of a routing table of /proc, if it is a default route that is up.
struct DefaultRoute {
  std::string interface;
  uint32_t metric = 0;
};

// proc(5), /proc/net/route: interface, destination, gateway, flags, refcnt, use, metric, mask, ...
std::optional<DefaultRoute> ParseRoute4(const std::string& line) {
  std::istringstream words(line);
  std::string interface, destination, gateway, flags, refcnt, use, metric, mask;
  if (!(words >> interface >> destination >> gateway >> flags >> refcnt >> use >> metric >> mask)) {
    return std::nullopt;
  }
  const auto flag_bits = ParseHex(flags);
  const auto metric_value = ParseNumber<uint32_t>(metric);
  if (ParseHex(destination) != 0U || ParseHex(mask) != 0U || !flag_bits || !metric_value ||
      (*flag_bits & RTF_UP) == 0 || (*flag_bits & RTF_REJECT) != 0) {
    return std::nullopt;
  }
  return DefaultRoute{.interface = interface, .metric = *metric_value};
}

// /proc/net/ipv6_route: destination, its prefix length, source, its prefix length, next hop,
// metric, refcnt, use, flags, interface; all numbers hexadecimal.
std::optional<DefaultRoute> ParseRoute6(const std::string& line) {
  std::istringstream words(line);
  std::string destination, prefix, source, source_prefix, hop, metric, refcnt, use, flags,
      interface;
  if (!(words >> destination >> prefix >> source >> source_prefix >> hop >> metric >> refcnt >>
        use >> flags >> interface)) {
    return std::nullopt;
  }
  const auto flag_bits = ParseHex(flags);
  const auto metric_value = ParseHex(metric);
  if (destination.find_first_not_of('0') != std::string::npos || ParseHex(prefix) != 0U ||
      !flag_bits || !metric_value || (*flag_bits & RTF_UP) == 0 || (*flag_bits & RTF_REJECT) != 0) {
    return std::nullopt;
  }
  return DefaultRoute{.interface = interface, .metric = *metric_value};
}

template <typename Parse>
std::optional<DefaultRoute> BestRoute(const char* path, Parse parse) {
  std::ifstream table(path);
  std::optional<DefaultRoute> best;
  for (std::string line; std::getline(table, line);) {
    auto route = parse(line);
    if (route && (!best || route->metric < best->metric)) best = std::move(route);
  }
  return best;
}

}  // namespace

Result<std::vector<InterfaceInfo>> ListInterfaces() {
  pcap_if_t* devices = nullptr;
  char reason[PCAP_ERRBUF_SIZE] = "";
  if (pcap_findalldevs(&devices, reason) != 0) {
    return Error{ErrorCode::kUnavailable, std::string("listing interfaces: ") + reason};
  }
  const std::unique_ptr<pcap_if_t, void (*)(pcap_if_t*)> owner(devices, pcap_freealldevs);
  std::vector<InterfaceInfo> interfaces;
  for (const pcap_if_t* device = devices; device != nullptr; device = device->next) {
    const std::string_view name = device->name;
    // libpcap also lists buses that are no network interfaces: usbmon0, nflog, bluetooth0.
    if (name != "any" && if_nametoindex(device->name) == 0) continue;
    InterfaceInfo info{.name = std::string(name),
                       .description = device->description != nullptr ? device->description : "",
                       .networks = {},
                       .up = (device->flags & PCAP_IF_UP) != 0,
                       .loopback = (device->flags & PCAP_IF_LOOPBACK) != 0};
    for (const pcap_addr* entry = device->addresses; entry != nullptr; entry = entry->next) {
      if (auto network = NetworkOf(*entry)) info.networks.push_back(*network);
    }
    interfaces.push_back(std::move(info));
  }
  return interfaces;
}

Result<std::string> DefaultRouteInterface() {
  if (auto route = BestRoute("/proc/net/route", ParseRoute4)) return route->interface;
  if (auto route = BestRoute("/proc/net/ipv6_route", ParseRoute6)) return route->interface;
  return Error{ErrorCode::kNotFound,
               "there is no default route, so no interface to choose; name one with -i"};
}

std::string LibraryVersion() {
  // "libpcap version 1.10.3 (with TPACKET_V3)"
  constexpr std::string_view kPrefix = "libpcap version ";
  std::string_view version = pcap_lib_version();
  if (version.starts_with(kPrefix)) version.remove_prefix(kPrefix.size());
  return std::string(version);
}

}  // namespace wiregauge::capture
