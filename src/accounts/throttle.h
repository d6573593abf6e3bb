// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "base/ip_address.h"
#include "base/keyed_hash.h"
#include "model/authentication.h"

namespace wiregauge::accounts {

// Holds back whoever guesses passwords. After some failures an address (an IPv6 one by its /64),
// and an account, waits 1 s, then twice as long after each further failure, 5 minutes at most;
// what was tried meanwhile is not looked at. Failures are forgotten a while after the last one, and
// not before: a success says nothing about the failures of others.
//
// Where an address has shown an account's password, the two have failures of their own, so that
// nobody elsewhere can lock that account, and nobody at that address that user, out. That is kept
// in memory: after a restart everybody is a stranger again. Who shares the address, behind a proxy
// everybody, shares it all, and can fail for such a pair, too: while it waits, what is known
// without a hash is still told, but only as long as few others are tried. All others together may
// only try so often, so that many addresses cannot keep a core busy.
//
// Both tables are bounded: what was touched longest ago leaves. Not thread-safe.
class Throttle {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Limits {
    uint32_t free_failures = 5;
    uint32_t free_misses = 10;  // of a pair, in one wait
    std::chrono::seconds first_delay{1}, most_delay{300};
    std::chrono::seconds forget_failures_after{900}, forget_verified_after{86400};
    double attempts_per_second = 5, burst = 5;
    size_t most_entries = 4096;  // of each table
  };
  struct Refusal {
    model::ThrottledBy by = model::ThrottledBy::kRate;
    std::chrono::seconds retry_after{1};
  };

  Throttle() : Throttle(Limits()) {}
  explicit Throttle(const Limits& limits);

  // Whether the address has shown the account's password.
  bool Knows(const IpAddress& address, std::string_view account, Time now) const;
  // Whether a password may be compared with those that are known without a hash; nothing: yes.
  std::optional<Refusal> Bar(const IpAddress& address, std::string_view account, Time now) const;
  // Whether it may be verified, as it is not known; nothing: yes.
  std::optional<Refusal> Admit(const IpAddress& address, std::string_view account, Time now);
  // What came of it. Failed tells whether that began a longer wait.
  bool Failed(const IpAddress& address, std::string_view account, Time now);
  void Verified(const IpAddress& address, std::string_view account, Time now);

 private:
  struct Entry {
    uint32_t failures = 0;
    uint32_t misses = 0;  // what was tried in this wait
    Time touched, locked_until;
  };
  using Table = std::unordered_map<uint64_t, Entry>;
  struct Keys {
    uint64_t address, account, pair;
  };

  Keys KeysOf(const IpAddress& address, std::string_view account) const;
  bool IsVerified(const Keys& keys, Time now) const;
  // What a stranger waits for.
  std::optional<Refusal> WaitOfStranger(const Keys& keys, Time now) const;
  // How long the key has to wait; zero: not at all.
  std::chrono::seconds WaitOf(uint64_t key, Time now) const;
  bool Count(uint64_t key, Time now);
  Entry& FindOrInsert(Table& table, uint64_t key) const;
  std::optional<Refusal> TakeFromBucket(Time now);

  const Limits limits_;
  const HashSecret secret_;
  Table failures_, verified_;
  double bucket_;
  Time bucket_filled_at_{};
};

}  // namespace wiregauge::accounts
