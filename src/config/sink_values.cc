// SPDX-License-Identifier: Apache-2.0
#include "config/sink_values.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/ip_address.h"
#include "base/text.h"
#include "config/value.h"

namespace wiregauge::config {
namespace {

constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

bool IsOnlyOf(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

bool IsPort(std::string_view text) {
  const auto port = ParseNumber<uint16_t>(text);
  return port.has_value() && *port > 0;
}

// The part behind the host of "HOST...", "[IPV6]..."; nothing when there is no host.
std::optional<std::string_view> BehindHost(std::string_view text) {
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view address = text.substr(1, close - 1);
    if (address.find(':') == std::string_view::npos || !IsHost(address)) return std::nullopt;
    return text.substr(close + 1);
  }
  const size_t colon = std::min(text.find(':'), text.size());
  if (!IsHost(text.substr(0, colon))) return std::nullopt;
  return text.substr(colon);
}

// With what strftime makes of the conversions that an index's name may hold; nothing for others.
std::optional<std::string> ExampleOf(std::string_view pattern) {
  std::string example;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      example.push_back(pattern[i]);
      continue;
    }
    if (++i == pattern.size()) return std::nullopt;
    if (pattern[i] == 'Y') {
      example.append("2026");
    } else if (std::string_view("mdH").find(pattern[i]) != std::string_view::npos) {
      example.append("01");
    } else {
      return std::nullopt;
    }
  }
  return example;
}

}  // namespace

bool IsSinkName(std::string_view text) {
  return !text.empty() && text.size() <= 32 &&
         IsOnlyOf(text, "abcdefghijklmnopqrstuvwxyz0123456789_-");
}

bool IsHost(std::string_view text) {
  if (text.find(':') != std::string_view::npos) {
    const auto address = IpAddress::Parse(text);
    return address.has_value() && address->version() == 6;
  }
  return !text.empty() && text.find_first_of(" /@;,[]?#%") == std::string_view::npos;
}

bool IsHostOrSocket(std::string_view text) {
  return text.starts_with('/') ? text.size() > 1 : IsHost(text);
}

bool IsHostPerhapsWithPort(std::string_view text) {
  const auto behind = BehindHost(text);
  return behind.has_value() &&
         (behind->empty() || (behind->starts_with(':') && IsPort(behind->substr(1))));
}

bool IsUrl(std::string_view text) {
  const std::string_view scheme = text.starts_with("http://")    ? "http://"
                                  : text.starts_with("https://") ? "https://"
                                                                 : "";
  if (scheme.empty() || text.find_first_of(" ?#@") != std::string_view::npos) return false;
  const std::string_view rest = text.substr(scheme.size());
  return IsHostPerhapsWithPort(rest.substr(0, rest.find('/')));
}

bool IsIndex(std::string_view pattern) {
  const auto name = ExampleOf(pattern);
  if (!name.has_value() || name->empty() || name->size() > 255) return false;
  if (*name == "." || *name == ".." ||
      std::string_view("-_+").find(name->front()) != std::string_view::npos)
    return false;
  return ToLower(*name) == *name && name->find_first_of("\\/*?\"<>| ,#:") == std::string::npos;
}

bool IsMappingType(std::string_view text) {
  return text.empty() || text == "_doc" || (text.front() != '_' && IsOnlyOf(text, kNameCharacters));
}

bool IsSqlName(std::string_view text) {
  return !text.empty() && text.size() <= 64 && IsOnlyOf(text, kNameCharacters);
}

bool IsTopic(std::string_view text) {
  if (text.empty() || text.size() > 249 || text == "." || text == "..") return false;
  return std::ranges::all_of(
      text, [](char c) { return c == '.' || kNameCharacters.find(c) != std::string_view::npos; });
}

bool IsProperty(std::string_view text) {
  const size_t equals = text.find('=');
  return equals != std::string_view::npos && equals > 0 &&
         IsOnlyOf(text.substr(0, equals), "abcdefghijklmnopqrstuvwxyz0123456789._");
}

bool IsFile(std::string_view text) { return !text.empty() && !text.ends_with('/'); }

bool IsSpoolSize(std::string_view text) {
  const auto size = ParseSize(text);
  return size == 0u || size >= uint64_t{4} << 20;
}

}  // namespace wiregauge::config
