// SPDX-License-Identifier: Apache-2.0
#include "base/keyed_hash.h"

#include <sodium.h>

#include "base/check.h"

namespace wiregauge {

static_assert(crypto_shorthash_KEYBYTES == std::tuple_size_v<KeyedHash::Secret>);
static_assert(crypto_shorthash_BYTES == sizeof(uint64_t));

KeyedHash KeyedHash::Random() {
  WIREGAUGE_CHECK(sodium_init() >= 0);
  Secret secret;
  randombytes_buf(secret.data(), secret.size());
  return KeyedHash(secret);
}

uint64_t KeyedHash::operator()(std::span<const uint8_t> bytes) const {
  uint64_t hash = 0;
  crypto_shorthash(reinterpret_cast<unsigned char*>(&hash), bytes.data(), bytes.size(),
                   secret_.data());
  return hash;
}

}  // namespace wiregauge
