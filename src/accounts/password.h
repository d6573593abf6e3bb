// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace wiregauge::accounts {

// What one run of argon2id costs whoever guesses, and us. The default is what RFC 9106 section 4
// recommends second, on one lane as libsodium has it: about 0.1 s of one core.
struct PasswordCost {
  unsigned long long passes = 3;
  size_t memory_bytes = size_t{64} << 20;
};

inline constexpr size_t kLeastPasswordLength = 8, kMostPasswordBytes = 1024;
inline constexpr size_t kMostNameBytes = 64, kMostLabelBytes = 256;

// A user's name: 1 to 64 bytes of UTF-8, no colon and no control character (RFC 7617 section 2),
// and nothing that looks like another name: no invisible character, no space at its ends.
Status CheckUserName(std::string_view name);
// A token's label: at most 256 bytes, as a name, and it may be empty or hold a colon.
Status CheckLabel(std::string_view label);
// 8 characters to 1024 bytes of UTF-8 without control characters.
Status CheckPassword(std::string_view password);

// Salted, with its parameters in the text. kUnavailable when there is no memory for it.
Result<std::string> HashPassword(std::string_view password, const PasswordCost& cost = {});
enum class PasswordCheck : uint8_t {
  kSame,
  kOther,     // also when the hash is none
  kNoMemory,  // nothing is known
};
// Takes as long as hashing. Thread-safe.
PasswordCheck VerifyPassword(std::string_view hash, std::string_view password);

// 24 letters and digits that are not mistaken for each other: 137 bits.
std::string RandomPassword();

}  // namespace wiregauge::accounts
