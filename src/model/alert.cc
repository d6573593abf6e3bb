// SPDX-License-Identifier: Apache-2.0
#include "model/alert.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace wiregauge::model {
namespace {

constexpr uint16_t kMostVlan = 4095;

constexpr std::array<std::string_view, kSeverities> kSeverityNames = {"info", "notice", "warning",
                                                                      "error", "critical"};
constexpr std::array<std::string_view, static_cast<size_t>(SubjectKind::kCount)> kKindNames = {
    "interface", "host", "network", "service"};
constexpr std::array<std::string_view, static_cast<size_t>(AlertEnd::kCount)> kEndNames = {
    "released", "expired", "evicted", "shutdown"};

template <typename Enum, size_t kNames>
std::optional<Enum> Parse(const std::array<std::string_view, kNames>& names,
                          std::string_view name) {
  const auto at = std::ranges::find(names, name);
  if (at == names.end()) return std::nullopt;
  return static_cast<Enum>(at - names.begin());
}

}  // namespace

std::string_view SeverityName(Severity severity) {
  return kSeverityNames[static_cast<size_t>(severity)];
}
std::optional<Severity> ParseSeverity(std::string_view name) {
  return Parse<Severity>(kSeverityNames, name);
}

std::string_view SubjectKindName(SubjectKind kind) { return kKindNames[static_cast<size_t>(kind)]; }
std::optional<SubjectKind> ParseSubjectKind(std::string_view name) {
  return Parse<SubjectKind>(kKindNames, name);
}

std::string_view AlertEndName(AlertEnd end) { return kEndNames[static_cast<size_t>(end)]; }
std::optional<AlertEnd> ParseAlertEnd(std::string_view name) {
  return Parse<AlertEnd>(kEndNames, name);
}

std::optional<HostOfAlert> ParseHostOfAlert(std::string_view name) {
  const size_t at = name.find('@');
  const auto ip = IpAddress::Parse(name.substr(0, at));
  if (!ip) return std::nullopt;
  if (at == std::string_view::npos) return HostOfAlert{*ip, 0};
  const auto vlan = ParseNumber<uint16_t>(name.substr(at + 1));
  if (!vlan || *vlan > kMostVlan) return std::nullopt;
  return HostOfAlert{*ip, *vlan};
}

std::string HostNameOf(const HostOfAlert& host) {
  return host.ip.ToString() + (host.vlan != 0 ? "@" + std::to_string(host.vlan) : "");
}

}  // namespace wiregauge::model
