// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace wiregauge {

// SipHash-2-4 (libsodium's crypto_shorthash) under a secret, so that nobody on the wire can choose
// addresses and ports that meet in one bucket. Immutable, thread-safe.
class KeyedHash {
 public:
  using Secret = std::array<uint8_t, 16>;

  explicit KeyedHash(const Secret& secret) : secret_(secret) {}
  // From the system's random source: one a process.
  static KeyedHash Random();

  uint64_t operator()(std::span<const uint8_t> bytes) const;

 private:
  Secret secret_;
};

}  // namespace wiregauge
