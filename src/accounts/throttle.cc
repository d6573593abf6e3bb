// SPDX-License-Identifier: Apache-2.0
#include "accounts/throttle.h"

#include <sodium.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "base/check.h"
#include "base/mapped_address.h"

namespace wiregauge::accounts {
namespace {

using std::chrono::seconds;

HashSecret RandomSecret() {
  WIREGAUGE_CHECK(sodium_init() >= 0);
  HashSecret secret;
  randombytes_buf(secret.data(), secret.size());
  return secret;
}

// Who has an IPv6 address has its /64; one that is mapped is IPv4.
std::string AddressText(const IpAddress& given) {
  const IpAddress address = Unmapped(given);
  return address.version() == 6 ? IpNetwork(address, 64).ToString() : address.ToString();
}

}  // namespace

Throttle::Throttle(const Limits& limits)
    : limits_(limits), secret_(RandomSecret()), bucket_(limits.burst) {}

Throttle::Keys Throttle::KeysOf(const IpAddress& address, std::string_view account) const {
  const std::string place = AddressText(address);
  const auto hash = [&](char kind, std::string_view first, std::string_view second) {
    std::string text(1, kind);
    text.append(first).append(1, '\0').append(second);
    return SipHash(secret_, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  };
  return {.address = hash('a', place, {}),
          .account = hash('u', account, {}),
          .pair = hash('p', place, account)};
}

bool Throttle::Knows(const IpAddress& address, std::string_view account, Time now) const {
  return IsVerified(KeysOf(address, account), now);
}

std::optional<Throttle::Refusal> Throttle::Bar(const IpAddress& address, std::string_view account,
                                               Time now) const {
  const Keys keys = KeysOf(address, account);
  if (!IsVerified(keys, now)) return WaitOfStranger(keys, now);
  const seconds wait = WaitOf(keys.pair, now);
  if (wait.count() == 0 || failures_.at(keys.pair).misses < limits_.free_misses) {
    return std::nullopt;
  }
  return Refusal{.by = model::ThrottledBy::kAccount, .retry_after = wait};
}

std::optional<Throttle::Refusal> Throttle::Admit(const IpAddress& address, std::string_view account,
                                                 Time now) {
  const Keys keys = KeysOf(address, account);
  if (!IsVerified(keys, now)) {
    if (const auto refusal = WaitOfStranger(keys, now)) return refusal;
    return TakeFromBucket(now);
  }
  const seconds wait = WaitOf(keys.pair, now);
  if (wait.count() == 0) return std::nullopt;
  ++failures_.at(keys.pair).misses;
  return Refusal{.by = model::ThrottledBy::kAccount, .retry_after = wait};
}

std::optional<Throttle::Refusal> Throttle::WaitOfStranger(const Keys& keys, Time now) const {
  if (const seconds wait = WaitOf(keys.address, now); wait.count() > 0) {
    return Refusal{.by = model::ThrottledBy::kAddress, .retry_after = wait};
  }
  if (const seconds wait = WaitOf(keys.account, now); wait.count() > 0) {
    return Refusal{.by = model::ThrottledBy::kAccount, .retry_after = wait};
  }
  return std::nullopt;
}

bool Throttle::Failed(const IpAddress& address, std::string_view account, Time now) {
  const Keys keys = KeysOf(address, account);
  if (IsVerified(keys, now)) return Count(keys.pair, now);
  const bool address_waits = Count(keys.address, now);
  const bool account_waits = Count(keys.account, now);
  return address_waits || account_waits;
}

void Throttle::Verified(const IpAddress& address, std::string_view account, Time now) {
  FindOrInsert(verified_, KeysOf(address, account).pair).touched = now;
}

bool Throttle::IsVerified(const Keys& keys, Time now) const {
  const auto found = verified_.find(keys.pair);
  return found != verified_.end() && now - found->second.touched < limits_.forget_verified_after;
}

seconds Throttle::WaitOf(uint64_t key, Time now) const {
  const auto found = failures_.find(key);
  if (found == failures_.end() || found->second.locked_until <= now) return seconds(0);
  return std::chrono::ceil<seconds>(found->second.locked_until - now);
}

bool Throttle::Count(uint64_t key, Time now) {
  Entry& entry = FindOrInsert(failures_, key);
  if (now - entry.touched >= limits_.forget_failures_after) entry.failures = 0;
  entry.touched = now;
  ++entry.failures;
  entry.misses = 0;
  if (entry.failures < limits_.free_failures) return false;
  const uint32_t doublings = std::min(entry.failures - limits_.free_failures, 20U);
  entry.locked_until =
      now + std::min(limits_.first_delay * (int64_t{1} << doublings), limits_.most_delay);
  return true;
}

Throttle::Entry& Throttle::FindOrInsert(Table& table, uint64_t key) const {
  const auto found = table.find(key);
  if (found != table.end()) return found->second;
  // Rare, and bounded by how often passwords are verified.
  if (table.size() >= limits_.most_entries) {
    table.erase(std::ranges::min_element(
        table, {}, [](const auto& element) { return element.second.touched; }));
  }
  return table[key];
}

std::optional<Throttle::Refusal> Throttle::TakeFromBucket(Time now) {
  const std::chrono::duration<double> passed = now - bucket_filled_at_;
  bucket_ = std::min(limits_.burst, bucket_ + passed.count() * limits_.attempts_per_second);
  bucket_filled_at_ = now;
  if (bucket_ < 1) return Refusal{.by = model::ThrottledBy::kRate, .retry_after = seconds(1)};
  bucket_ -= 1;
  return std::nullopt;
}

}  // namespace wiregauge::accounts
