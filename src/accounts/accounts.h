// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/identity.h"

namespace wiregauge::accounts {

using SecretHash = std::array<uint8_t, 32>;

struct User {
  int64_t id = 0;
  model::Identity identity;   // user: the name
  std::string password_hash;  // as crypto_pwhash_str writes it
  Timestamp created_at, changed_at;

  bool operator==(const User&) const = default;
};

struct Token {
  std::string id;  // the public part
  int64_t user_id = 0;
  std::string label;
  SecretHash secret_hash{};
  Timestamp created_at;
  std::optional<Timestamp> expires_at;  // nothing: never
  std::optional<Timestamp> last_used_at;
  std::optional<Timestamp> revoked_at;

  bool IsGood(Timestamp now) const { return !revoked_at && (!expires_at || now < *expires_at); }
};

// All accounts at one instant, by name and by id. A plain value.
struct Accounts {
  std::vector<User> users;
  std::vector<Token> tokens;

  const User* FindUser(std::string_view name) const {
    const auto found =
        std::ranges::find_if(users, [&](const User& user) { return user.identity.user == name; });
    return found == users.end() ? nullptr : &*found;
  }
  const User* FindUser(int64_t id) const {
    const auto found = std::ranges::find(users, id, &User::id);
    return found == users.end() ? nullptr : &*found;
  }
  const Token* FindToken(std::string_view id) const {
    const auto found = std::ranges::find(tokens, id, &Token::id);
    return found == tokens.end() ? nullptr : &*found;
  }
};

// Who makes a change, for the audit.
struct Actor {
  std::string name;     // of the system's user, or "service"
  std::string address;  // empty: on the machine itself
};

// One line of the audit.
struct AuditEntry {
  int64_t id = 0;
  Timestamp time;
  Actor actor;
  std::string action;   // "user add", "token revoke", ...
  std::string subject;  // the user's name; a token's id
  std::string detail;
};

}  // namespace wiregauge::accounts
