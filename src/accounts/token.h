// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "accounts/accounts.h"

namespace wiregauge::accounts {

// A token as its owner has it, "wg_<id>_<secret>": id is public and names the row, secret is 256
// random bits in base64url. The form fits RFC 6750 section 2.1. Being random, the secret needs no
// slow hash: nobody can go through 2^256.
struct TokenParts {
  std::string_view id, secret;
};

struct NewToken {
  std::string id;
  std::string text;  // told once, kept nowhere
  SecretHash secret_hash;
};

NewToken MakeToken();
// Views into `text`; nothing when it has another form.
std::optional<TokenParts> ParseToken(std::string_view text);

// BLAKE2b-256.
SecretHash HashSecret(std::string_view secret);
// Takes the same time wherever they differ.
bool SameHash(const SecretHash& a, const SecretHash& b);

}  // namespace wiregauge::accounts
