// SPDX-License-Identifier: Apache-2.0
#include "base/keyed_hash.h"

#include <sodium.h>

#include "base/check.h"

namespace wiregauge {

static_assert(crypto_shorthash_KEYBYTES == std::tuple_size_v<KeyedHash::Secret>);
static_assert(crypto_shorthash_BYTES == sizeof(uint64_t));

uint64_t SipHash(const HashSecret& secret, std::span<const uint8_t> bytes) {
  uint64_t hash = 0;
  crypto_shorthash(reinterpret_cast<unsigned char*>(&hash), bytes.data(), bytes.size(),
                   secret.data());
  return hash;
}

std::array<uint8_t, 16> SipHash128(const HashSecret& secret, std::span<const uint8_t> bytes) {
  static_assert(crypto_shorthash_siphashx24_KEYBYTES == std::tuple_size_v<HashSecret>);
  std::array<uint8_t, crypto_shorthash_siphashx24_BYTES> hash;
  crypto_shorthash_siphashx24(hash.data(), bytes.data(), bytes.size(), secret.data());
  return hash;
}

KeyedHash::KeyedHash(const Secret& secret) {
  for (size_t i = 0; i < factors_.size(); ++i) {
    const std::array<uint8_t, 1> number{static_cast<uint8_t>(i)};
    factors_[i] = SipHash(secret, number);
  }
}

KeyedHash KeyedHash::Random() {
  WIREGAUGE_CHECK(sodium_init() >= 0);
  Secret secret;
  randombytes_buf(secret.data(), secret.size());
  return KeyedHash(secret);
}

}  // namespace wiregauge
