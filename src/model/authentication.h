// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "model/identity.h"

namespace wiregauge::model {

// What came of a request that needs an account.
enum class AuthenticationResult : uint8_t {
  kAccepted,
  kMissing,    // it names nobody
  kRefused,    // no such user or token, wrong password, expired, revoked
  kThrottled,  // too many failures before
  kBusy,       // too many passwords wait to be verified, or there is no memory for it
  kCount,
};

constexpr const char* AuthenticationResultName(size_t result) {
  constexpr std::array<const char*, 5> kNames = {"accepted", "missing", "refused", "throttled",
                                                 "busy"};
  return kNames.at(result);
}

struct Verdict {
  AuthenticationResult result = AuthenticationResult::kRefused;
  std::shared_ptr<const Identity> identity;  // when accepted
  std::chrono::seconds retry_after{0};       // when throttled or busy
};

// Why an attempt was throttled.
enum class ThrottledBy : uint8_t {
  kAddress,  // failures from its address
  kAccount,  // failures for its account
  kRate,     // attempts of everybody together
  kCount,
};

constexpr const char* ThrottledByName(size_t by) {
  constexpr std::array<const char*, 3> kNames = {"address", "account", "rate"};
  return kNames.at(by);
}

// Monotonic since the start.
struct AuthenticationCounters {
  std::array<uint64_t, static_cast<size_t>(AuthenticationResult::kCount)> results{};
  std::array<uint64_t, static_cast<size_t>(ThrottledBy::kCount)> throttled{};
  uint64_t cache_hits = 0;
  uint64_t passwords_verified = 0;  // argon2 runs, whatever came of them
};

}  // namespace wiregauge::model
