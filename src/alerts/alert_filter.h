// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/time.h"
#include "model/alert.h"
#include "model/identity.h"

namespace wiregauge::alerts {

// Whether the user may see it: alerts of the interfaces that they are kept to, and about hosts in
// the networks that they are kept to. Null: everything.
bool MaySee(const model::Identity* identity, const model::AlertSubject& subject);

// Hosts by address or prefix, in one VLAN or in any.
struct HostChoice {
  IpNetwork network;
  std::optional<uint16_t> vlan{};

  // "192.0.2.1", "192.0.2.0/24", "2001:db8::/32@5"
  static std::optional<HostChoice> Parse(std::string_view text);
};

// Which alerts are meant. Of each list any; an empty one chooses nothing.
struct AlertFilter {
  std::optional<bool> is_engaged{};
  std::vector<model::Severity> severities{};
  model::Severity least_severity = model::Severity::kInfo;
  std::vector<std::string> types{};
  std::vector<model::SubjectKind> kinds{};
  std::vector<std::string> interfaces{};
  std::vector<HostChoice> hosts{};   // alerts about these hosts
  std::vector<std::string> names{};  // of the subject, exactly
  std::vector<std::string> texts{};  // in the text, the type or the name; in lower case
  // Those that were engaged at some time in [from, to).
  std::optional<Timestamp> from{}, to{};
  const model::Identity* identity = nullptr;  // who asks; null: who may see everything

  bool Matches(const model::Alert& alert) const;
};

}  // namespace wiregauge::alerts
