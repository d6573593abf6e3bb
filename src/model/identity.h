// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"

namespace wiregauge::model {

// What a user may do: a viewer reads, an admin also does what reaches the traffic's content.
enum class Role : uint8_t { kViewer, kAdmin };

constexpr std::string_view RoleName(Role role) { return role == Role::kAdmin ? "admin" : "viewer"; }
constexpr std::optional<Role> ParseRole(std::string_view name) {
  for (const Role role : {Role::kViewer, Role::kAdmin}) {
    if (RoleName(role) == name) return role;
  }
  return std::nullopt;
}

// Who asks, and what they may see.
struct Identity {
  std::string user;
  Role role = Role::kViewer;
  std::vector<std::string> interfaces{};  // by name; empty: all
  std::vector<IpNetwork> networks{};      // empty: all

  bool is_restricted() const { return !interfaces.empty() || !networks.empty(); }

  bool operator==(const Identity&) const = default;
};

}  // namespace wiregauge::model
