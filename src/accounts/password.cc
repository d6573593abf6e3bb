// SPDX-License-Identifier: Apache-2.0
#include "accounts/password.h"

#include <sodium.h>

#include <algorithm>
#include <array>

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

size_t CountCharacters(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

Error Fault(std::string message) { return Error{ErrorCode::kInvalidArgument, std::move(message)}; }

}  // namespace

Status CheckUserName(std::string_view name) {
  if (name.empty()) return Fault("the user's name is empty");
  if (name.size() > kMostNameBytes) return Fault("the user's name has more than 64 bytes");
  if (name.find(':') != std::string_view::npos) return Fault("the user's name holds a colon");
  const std::string_view fault = TextFault(name);
  return fault.empty() ? Status() : Fault("the user's name " + std::string(fault));
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

bool VerifyPassword(const std::string& hash, std::string_view password) {
  WIREGAUGE_CHECK(sodium_init() >= 0);
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
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
