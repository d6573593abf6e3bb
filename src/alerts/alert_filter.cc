// SPDX-License-Identifier: Apache-2.0
#include "alerts/alert_filter.h"

#include <algorithm>

#include "base/text.h"

namespace wiregauge::alerts {
namespace {

using model::AlertSubject;
using model::SubjectKind;

template <typename T>
bool IsChosen(const std::vector<T>& choice, const T& value) {
  return choice.empty() || std::ranges::count(choice, value) > 0;
}

std::optional<model::HostOfAlert> HostOf(const AlertSubject& subject) {
  if (subject.kind != SubjectKind::kHost) return std::nullopt;
  return model::ParseHostOfAlert(subject.name);
}

bool IsChosenHost(const std::vector<HostChoice>& choice, const AlertSubject& subject) {
  if (choice.empty()) return true;
  const auto host = HostOf(subject);
  return host && std::ranges::any_of(choice, [&](const HostChoice& one) {
           return one.network.Contains(host->ip) && (!one.vlan || *one.vlan == host->vlan);
         });
}

bool HoldsText(const std::vector<std::string>& texts, const model::AlertContent& content) {
  return texts.empty() || std::ranges::any_of(texts, [&](const std::string& text) {
           return HoldsIgnoringCase(content.text, text) || HoldsIgnoringCase(content.type, text) ||
                  HoldsIgnoringCase(content.subject.name, text);
         });
}

bool IsIn(const model::Alert& alert, const std::optional<Timestamp>& from,
          const std::optional<Timestamp>& to) {
  return (!to || alert.raised_at < *to) &&
         (!from || !alert.released_at || *alert.released_at >= *from);
}

}  // namespace

bool MaySee(const model::Identity* identity, const AlertSubject& subject) {
  if (identity == nullptr) return true;
  if (!IsChosen(identity->interfaces, subject.interface)) return false;
  if (identity->networks.empty()) return true;
  const auto host = HostOf(subject);
  return host && std::ranges::any_of(identity->networks, [&](const IpNetwork& network) {
           return network.Contains(host->ip);
         });
}

std::optional<HostChoice> HostChoice::Parse(std::string_view text) {
  constexpr uint16_t kMostVlan = 4095;
  const size_t at = text.find('@');
  const auto network = IpNetwork::Parse(text.substr(0, at));
  if (!network) return std::nullopt;
  if (at == std::string_view::npos) return HostChoice{*network};
  const auto vlan = ParseNumber<uint16_t>(text.substr(at + 1));
  if (!vlan || *vlan > kMostVlan) return std::nullopt;
  return HostChoice{*network, *vlan};
}

bool AlertFilter::Matches(const model::Alert& alert) const {
  const model::AlertContent& content = alert.content;
  const AlertSubject& subject = content.subject;
  return (!is_engaged || *is_engaged == alert.is_engaged()) && content.severity >= least_severity &&
         IsChosen(severities, content.severity) && IsChosen(types, content.type) &&
         IsChosen(kinds, subject.kind) && IsChosen(interfaces, subject.interface) &&
         IsChosen(names, subject.name) && IsIn(alert, from, to) && MaySee(identity, subject) &&
         IsChosenHost(hosts, subject) && HoldsText(texts, content);
}

}  // namespace wiregauge::alerts
