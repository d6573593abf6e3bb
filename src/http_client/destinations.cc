// SPDX-License-Identifier: Apache-2.0
#include "http_client/destinations.h"

#include <algorithm>
#include <utility>

#include "base/mapped_address.h"
#include "base/text.h"

namespace wiregauge::http_client {
namespace {

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kDigits = "0123456789";
constexpr size_t kMostNameBytes = 253;  // RFC 1035, as text

// Its last label is no number: that would be an address, in one of its odd forms.
bool IsName(std::string_view text) {
  const std::string allowed = std::string(kLetters) + std::string(kDigits) + "-_.";
  if (text.empty() || text.size() > kMostNameBytes) return false;
  if (text.find_first_not_of(allowed) != std::string_view::npos) return false;
  for (const std::string_view label : Split(text, '.')) {
    if (label.empty()) return false;
  }
  const std::string_view last = Split(text, '.').back();
  return last.find_first_not_of(kDigits) != std::string_view::npos;
}

struct HostAndPort {
  std::string_view host, port;  // port: empty: there is none
};

// More colons than one without brackets: an IPv6 address alone.
std::optional<HostAndPort> SplitPort(std::string_view text) {
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view host = text.substr(1, end - 1), rest = text.substr(end + 1);
    if (host.find(':') == std::string_view::npos) return std::nullopt;
    if (rest.empty()) return HostAndPort{host, {}};
    if (rest.size() < 2 || rest[0] != ':') return std::nullopt;
    return HostAndPort{host, rest.substr(1)};
  }
  const size_t colon = text.find(':');
  if (colon != text.rfind(':') || colon == std::string_view::npos) return HostAndPort{text, {}};
  if (colon + 1 == text.size()) return std::nullopt;
  return HostAndPort{text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

std::optional<Destinations::Entry> Destinations::ParseEntry(std::string_view text) {
  const auto parts = SplitPort(text);
  if (!parts) return std::nullopt;
  Entry entry;
  if (!parts->port.empty()) {
    entry.port = ParseNumber<uint16_t>(parts->port);
    if (!entry.port || *entry.port == 0) return std::nullopt;
  }
  if (const auto network = IpNetwork::Parse(parts->host)) {
    entry.where = *network;
    return entry;
  }
  std::string name = ToLower(parts->host);
  if (!IsName(name)) return std::nullopt;
  entry.where = std::move(name);
  return entry;
}

Result<Destinations> Destinations::Parse(const std::vector<std::string>& entries) {
  Destinations destinations;
  for (const std::string& text : entries) {
    auto entry = ParseEntry(text);
    if (!entry) {
      return Error{ErrorCode::kInvalidArgument,
                   "\"" + ToValidUtf8(text) +
                       "\" is no name, address or network, with a port or without (IPv6 with a "
                       "port: [2001:db8::1]:443)"};
    }
    destinations.entries_.push_back(std::move(*entry));
  }
  return destinations;
}

bool Destinations::AllowsName(std::string_view name, uint16_t port) const {
  return std::ranges::any_of(entries_, [&](const Entry& entry) {
    const auto* const allowed = std::get_if<std::string>(&entry.where);
    return allowed != nullptr && *allowed == name && entry.HasPort(port);
  });
}

bool Destinations::AllowsAddress(const IpAddress& address, uint16_t port) const {
  const IpAddress unmapped = Unmapped(address);
  return std::ranges::any_of(entries_, [&](const Entry& entry) {
    const auto* const allowed = std::get_if<IpNetwork>(&entry.where);
    return allowed != nullptr && allowed->Contains(unmapped) && entry.HasPort(port);
  });
}

bool Destinations::AllowsSomeAddress(uint16_t port) const {
  return std::ranges::any_of(entries_, [&](const Entry& entry) {
    return std::holds_alternative<IpNetwork>(entry.where) && entry.HasPort(port);
  });
}

}  // namespace wiregauge::http_client
