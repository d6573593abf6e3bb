// SPDX-License-Identifier: Apache-2.0
#include "accounts/credential_cache.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace wiregauge::accounts {

CredentialCache::CredentialCache() {
  WIREGAUGE_CHECK(sodium_init() >= 0);
  randombytes_buf(secret_.data(), secret_.size());
}

// Keys are as good as random: their beginning is a hash.
size_t CredentialCache::Hash::operator()(const Key& key) const {
  size_t hash = 0;
  std::memcpy(&hash, key.data(), sizeof hash);
  return hash;
}

CredentialCache::Key CredentialCache::KeyOf(std::string_view user,
                                            std::string_view password) const {
  const uint64_t user_bytes = user.size();  // tells where the password begins
  const auto bytes = [](const void* data) { return static_cast<const unsigned char*>(data); };
  crypto_generichash_state state;
  Key key;
  crypto_generichash_init(&state, secret_.data(), secret_.size(), key.size());
  crypto_generichash_update(&state, bytes(&user_bytes), sizeof user_bytes);
  crypto_generichash_update(&state, bytes(user.data()), user.size());
  crypto_generichash_update(&state, bytes(password.data()), password.size());
  crypto_generichash_final(&state, key.data(), key.size());
  return key;
}

std::shared_ptr<const model::Identity> CredentialCache::Find(const Key& key, Time now) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  if (now - found->second.used >= kLife) {
    entries_.erase(found);
    return nullptr;
  }
  found->second.used = now;
  return found->second.identity;
}

void CredentialCache::Insert(const Key& key, std::shared_ptr<const model::Identity> identity,
                             Time now) {
  std::erase_if(entries_, [&](const auto& entry) { return now - entry.second.used >= kLife; });
  if (entries_.size() >= kMostEntries) {
    entries_.erase(std::ranges::min_element(entries_, {},
                                            [](const auto& entry) { return entry.second.used; }));
  }
  entries_[key] = {std::move(identity), now};
}

void CredentialCache::Renew(
    const std::function<std::shared_ptr<const model::Identity>(const std::string&)>& now) {
  for (auto& [key, entry] : entries_) entry.identity = now(entry.identity->user);
  std::erase_if(entries_, [](const auto& entry) { return entry.second.identity == nullptr; });
}

}  // namespace wiregauge::accounts
