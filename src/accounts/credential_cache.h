// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "model/identity.h"

namespace wiregauge::accounts {

// Credentials that were verified, or refused, a short while ago, so that who asks every second
// costs no argon2. They are kept as BLAKE2b-256 under a key of this process: no password stands
// here, and who reads the table without the key learns nothing. An entry lives as long as it is
// asked for at least every two minutes. Bounded: what was asked for longest ago leaves. Not
// thread-safe.
class CredentialCache {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Key = std::array<uint8_t, 32>;

  static constexpr std::chrono::seconds kLife{120};  // scrapers ask once a minute, or oftener
  static constexpr size_t kMostEntries = 1024;

  CredentialCache();

  Key KeyOf(std::string_view user, std::string_view password) const;
  // Null when it is not there any more.
  std::shared_ptr<const model::Identity> Find(const Key& key, Time now);
  void Insert(const Key& key, std::shared_ptr<const model::Identity> identity, Time now);
  // Gives each entry the identity that its user has now; null: it leaves.
  void Renew(const std::function<std::shared_ptr<const model::Identity>(const std::string&)>& now);
  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::shared_ptr<const model::Identity> identity;
    Time used;
  };
  struct Hash {
    size_t operator()(const Key& key) const;
  };

  Key secret_;
  std::unordered_map<Key, Entry, Hash> entries_;
};

}  // namespace wiregauge::accounts
