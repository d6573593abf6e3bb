// SPDX-License-Identifier: Apache-2.0
#include "publish/http/allowed_hosts.h"

#include <algorithm>

#include "base/ip_address.h"
#include "base/text.h"

namespace wiregauge::http {
namespace {

// "[2001:db8::1]:80" -> "2001:db8::1", "example.org.:80" -> "example.org".
std::string_view NameIn(std::string_view host) {
  if (host.starts_with('[')) {
    const size_t end = host.find(']');
    return end == std::string_view::npos ? std::string_view() : host.substr(1, end - 1);
  }
  host = host.substr(0, host.find(':'));
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

}  // namespace

AllowedHosts::AllowedHosts(const std::vector<std::string>& names) {
  for (const std::string& name : names) names_.push_back(ToLower(name));
}

bool AllowedHosts::Contain(std::string_view host) const {
  const std::string name = ToLower(NameIn(host));
  return name == "localhost" || name.ends_with(".localhost") || IpAddress::Parse(name) ||
         std::find(names_.begin(), names_.end(), name) != names_.end();
}

}  // namespace wiregauge::http
