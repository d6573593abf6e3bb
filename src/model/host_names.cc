// SPDX-License-Identifier: Apache-2.0
#include "model/host_names.h"

#include <algorithm>
#include <array>

namespace wiregauge::model {
namespace {

std::string_view LowerCase(std::string_view name,
                           std::array<char, HostNames::kMostNameBytes>& buffer) {
  std::transform(name.begin(), name.end(), buffer.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return {buffer.data(), name.size()};
}

}  // namespace

const char* NameSourceName(NameSource source) {
  static constexpr std::array<const char*, static_cast<size_t>(NameSource::kCount)> kNames = {
      "dhcp", "mdns", "llmnr", "netbios", "dns", "tls_sni", "http_host", "reverse_dns"};
  return kNames[static_cast<size_t>(source)];
}

bool HostNames::Tell(NameSource source, std::string_view name, Timestamp at) {
  if (!IsName(name)) return false;
  std::array<char, kMostNameBytes> buffer;
  const std::string_view lower = LowerCase(name, buffer);
  const auto place = std::find_if(names_.begin(), names_.end(), [source](const HostName& known) {
    return known.source >= source;
  });
  if (place == names_.end() || place->source != source) {
    names_.insert(place, {source, at, std::string(lower)});
    return true;
  }
  if (at < place->told_at || (at == place->told_at && lower >= place->name)) return false;
  place->told_at = at;
  if (place->name != lower) place->name = lower;
  return true;
}

void HostNames::Merge(const HostNames& other) {
  for (const HostName& name : other.names_) Tell(name.source, name.name, name.told_at);
}

size_t HostNames::bytes() const {
  size_t bytes = sizeof(HostNames) + names_.capacity() * sizeof(HostName);
  for (const HostName& name : names_) bytes += name.name.capacity();
  return bytes;
}

}  // namespace wiregauge::model
