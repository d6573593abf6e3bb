// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

namespace wiregauge {

using HashSecret = std::array<uint8_t, 16>;

// SipHash-2-4 (libsodium's crypto_shorthash): as good as random to who does not know the secret,
// also where he sees hashes.
uint64_t SipHash(const HashSecret& secret, std::span<const uint8_t> bytes);
// The same with 128 bits: SipHash-2-4-128 (libsodium's crypto_shorthash_siphashx24).
std::array<uint8_t, 16> SipHash128(const HashSecret& secret, std::span<const uint8_t> bytes);

// Hashes keys of one length under a secret, so that nobody on the wire can choose addresses and
// ports that meet in one bucket. Multilinear hashing (Lemire and Kaser, "Strongly universal string
// hashing is fast", 2014): over the choice of the secret any two different keys have the same low
// 32 bits with probability 2^-32. Who could see hashes could learn the secret: they go nowhere.
// Immutable, thread-safe.
class KeyedHash {
 public:
  using Secret = HashSecret;
  static constexpr size_t kMostBytes = 48;

  explicit KeyedHash(const Secret& secret);
  // From the system's random source: one a process.
  static KeyedHash Random();

  template <size_t kBytes>
  uint64_t operator()(std::span<const uint8_t, kBytes> bytes) const {
    static_assert(kBytes <= kMostBytes);
    uint64_t sum = factors_[0];
    for (size_t at = 0; at < kBytes; at += 4) {
      uint32_t word = 0;
      std::memcpy(&word, &bytes[at], at + 4 <= kBytes ? 4 : kBytes - at);
      sum += factors_[1 + at / 4] * word;
    }
    return std::rotl(sum, 32);  // the upper half is the hash, and the lower one is what tables use
  }

 private:
  std::array<uint64_t, 1 + kMostBytes / 4> factors_;
};

}  // namespace wiregauge
