// SPDX-License-Identifier: Apache-2.0
#include "publish/http/allowed_hosts.h"

#include <algorithm>

#include "base/ip_address.h"
#include "base/text.h"

namespace wiregauge::http {
namespace {

// ":80"; a port may be missing (RFC 3986 section 3.2.3).
bool IsPort(std::string_view text) {
  return text.empty() ||
         (text.front() == ':' && text.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

// "[2001:db8::1]:80" -> "2001:db8::1", "example.org.:80" -> "example.org"; empty for no host.
std::string_view NameIn(std::string_view host) {
  const bool in_brackets = host.starts_with('[');
  if (in_brackets) host.remove_prefix(1);
  const size_t end = host.find(in_brackets ? ']' : ':');
  if (in_brackets && end == std::string_view::npos) return {};
  std::string_view name = host.substr(0, end);
  host.remove_prefix(std::min(host.size(), in_brackets ? end + 1 : name.size()));
  if (!IsPort(host)) return {};
  if (!in_brackets && name.ends_with('.')) name.remove_suffix(1);
  return name;
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
