// SPDX-License-Identifier: Apache-2.0
#include "accounts/password.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <span>

#include "base/check.h"
#include "base/text.h"

namespace wiregauge::accounts {
namespace {

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// What is wrong with it as text; empty: nothing.
std::string_view TextFault(std::string_view text) {
  if (ToValidUtf8(text) != text) return "is not UTF-8";
  if (std::ranges::any_of(text, IsControl)) return "holds a control character";
  return {};
}

// What shows nothing, or changes how its neighbours are shown, in UTF-8: C1 controls, the soft
// hyphen, zero width and bidirectional marks (U+061C, U+200B to F, U+2028 to E, U+2060 to F),
// U+FEFF, and the tags of plane 14.
bool HoldsInvisible(std::string_view text) {
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    const auto byte = [&](size_t at) {
      return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
    };
    const unsigned first = byte(i), second = byte(i + 1), third = byte(i + 2);
    if (first == 0xc2 && (second < 0xa0 || second == 0xad)) return true;
    if (first == 0xd8 && second == 0x9c) return true;
    if (first == 0xef && second == 0xbb && third == 0xbf) return true;
    if (first == 0xf3 && second == 0xa0) return true;
    if (first != 0xe2) continue;
    if (second == 0x80 && ((third >= 0x8b && third <= 0x8f) || (third >= 0xa8 && third <= 0xae))) {
      return true;
    }
    if (second == 0x81 && third >= 0xa0 && third <= 0xaf) return true;
  }
  return false;
}

// The same of a text that people read and compare.
std::string_view NameFault(std::string_view text) {
  if (const std::string_view fault = TextFault(text); !fault.empty()) return fault;
  if (HoldsInvisible(text)) return "holds an invisible character";
  if (text.starts_with(' ') || text.ends_with(' ')) return "has a space at an end";
  return {};
}

size_t CountCharacters(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

// What crypto_pwhash_str wrote. crypto_pwhash_str_verify would read it as well, but does not tell a
// lack of memory from a wrong password.
struct HashParts {
  using Digest = std::array<unsigned char, 32>;

  PasswordCost cost;
  std::array<unsigned char, crypto_pwhash_SALTBYTES> salt{};
  Digest digest{};
};

bool DecodeBase64(std::string_view text, std::span<unsigned char> bytes) {
  size_t size = 0;
  return sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size,
                           nullptr, sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
         size == bytes.size();
}

// "m=65536,t=3,p=1": KiB, passes, lanes.
std::optional<PasswordCost> ParseCost(std::string_view text) {
  const auto parts = Split(text, ',');
  if (parts.size() != 3 || !parts[0].starts_with("m=") || !parts[1].starts_with("t=") ||
      parts[2] != "p=1") {
    return std::nullopt;
  }
  const auto kib = ParseNumber<uint32_t>(parts[0].substr(2));
  const auto passes = ParseNumber<uint32_t>(parts[1].substr(2));
  if (!kib || !passes) return std::nullopt;
  return PasswordCost{.passes = *passes, .memory_bytes = size_t{*kib} << 10};
}

// "$argon2id$v=19$<cost>$<salt>$<digest>".
std::optional<HashParts> ParseHash(std::string_view text) {
  const auto parts = Split(text, '$');
  if (parts.size() != 6 || parts[1] != "argon2id" || parts[2] != "v=19") return std::nullopt;
  HashParts hash;
  const auto cost = ParseCost(parts[3]);
  if (!cost || !DecodeBase64(parts[4], hash.salt) || !DecodeBase64(parts[5], hash.digest)) {
    return std::nullopt;
  }
  hash.cost = *cost;
  return hash;
}

Error Fault(std::string message) { return Error{ErrorCode::kInvalidArgument, std::move(message)}; }

}  // namespace

Status CheckUserName(std::string_view name) {
  if (name.empty()) return Fault("the user's name is empty");
  if (name.size() > kMostNameBytes) return Fault("the user's name has more than 64 bytes");
  if (name.find(':') != std::string_view::npos) return Fault("the user's name holds a colon");
  const std::string_view fault = NameFault(name);
  return fault.empty() ? Status() : Fault("the user's name " + std::string(fault));
}

Status CheckLabel(std::string_view label) {
  if (label.size() > kMostLabelBytes) return Fault("the label has more than 256 bytes");
  const std::string_view fault = NameFault(label);
  return fault.empty() ? Status() : Fault("the label " + std::string(fault));
}

Status CheckPassword(std::string_view password) {
  if (password.size() > kMostPasswordBytes) return Fault("the password has more than 1024 bytes");
  const std::string_view fault = TextFault(password);
  if (!fault.empty()) return Fault("the password " + std::string(fault));
  if (CountCharacters(password) >= kLeastPasswordLength) return {};
  return Fault("the password has less than 8 characters");
}

Result<std::string> HashPassword(std::string_view password, const PasswordCost& cost) {
  WIREGAUGE_CHECK(sodium_init() >= 0);
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (crypto_pwhash_str_alg(text.data(), password.data(), password.size(), cost.passes,
                            cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Error{ErrorCode::kUnavailable, "there is no memory to hash a password"};
  }
  return std::string(text.data());
}

PasswordCheck VerifyPassword(std::string_view hash, std::string_view password) {
  WIREGAUGE_CHECK(sodium_init() >= 0);
  const auto parsed = ParseHash(hash);
  if (!parsed) return PasswordCheck::kOther;
  HashParts::Digest digest{};
  if (crypto_pwhash(digest.data(), digest.size(), password.data(), password.size(),
                    parsed->salt.data(), parsed->cost.passes, parsed->cost.memory_bytes,
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return errno == ENOMEM ? PasswordCheck::kNoMemory : PasswordCheck::kOther;
  }
  const bool same = sodium_memcmp(digest.data(), parsed->digest.data(), digest.size()) == 0;
  return same ? PasswordCheck::kSame : PasswordCheck::kOther;
}

std::string RandomPassword() {
  constexpr std::string_view kLetters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  constexpr size_t kLength = 24;
  WIREGAUGE_CHECK(sodium_init() >= 0);
  std::string password(kLength, ' ');
  for (char& c : password) c = kLetters[randombytes_uniform(kLetters.size())];
  return password;
}

}  // namespace wiregauge::accounts
