// SPDX-License-Identifier: Apache-2.0
#include "accounts/token.h"

#include <sodium.h>

#include <vector>

#include "base/check.h"

namespace wiregauge::accounts {
namespace {

constexpr std::string_view kPrefix = "wg_";
constexpr size_t kIdBytes = 6;       // 12 hexadecimal digits, without an underscore
constexpr size_t kSecretBytes = 32;  // 43 characters

std::string RandomHexadecimal(size_t bytes) {
  std::vector<unsigned char> random(bytes);
  randombytes_buf(random.data(), random.size());
  std::string text(2 * bytes + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), random.data(), random.size());
  text.pop_back();
  return text;
}

std::string RandomBase64(size_t bytes) {
  std::vector<unsigned char> random(bytes);
  randombytes_buf(random.data(), random.size());
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes, kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), random.data(), random.size(), kVariant);
  text.pop_back();
  return text;
}

}  // namespace

NewToken MakeToken() {
  WIREGAUGE_CHECK(sodium_init() >= 0);
  NewToken token;
  token.id = RandomHexadecimal(kIdBytes);
  const std::string secret = RandomBase64(kSecretBytes);
  token.secret_hash = HashSecret(secret);
  token.text = std::string(kPrefix) + token.id + "_" + secret;
  return token;
}

std::optional<TokenParts> ParseToken(std::string_view text) {
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  const size_t end = text.find('_');
  if (end != 2 * kIdBytes || end + 1 == text.size()) return std::nullopt;
  return TokenParts{.id = text.substr(0, end), .secret = text.substr(end + 1)};
}

SecretHash HashSecret(std::string_view secret) {
  SecretHash hash;
  crypto_generichash(hash.data(), hash.size(),
                     reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), nullptr,
                     0);
  return hash;
}

bool SameHash(const SecretHash& a, const SecretHash& b) {
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace wiregauge::accounts
