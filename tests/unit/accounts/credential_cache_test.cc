// SPDX-License-Identifier: Apache-2.0
#include "accounts/credential_cache.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace wiregauge::accounts {
namespace {

using namespace std::chrono_literals;

const CredentialCache::Time kStart{1000h};

TEST(CredentialCache, FindsWhatItWasGivenOnly) {
  CredentialCache cache;
  const auto alice = std::make_shared<const model::Identity>();
  cache.Insert(cache.KeyOf("alice", "secret"), alice, kStart);
  EXPECT_EQ(cache.Find(cache.KeyOf("alice", "secret"), kStart), alice);
  EXPECT_EQ(cache.Find(cache.KeyOf("alice", "secreu"), kStart), nullptr);
  EXPECT_EQ(cache.Find(cache.KeyOf("alices", "ecret"), kStart), nullptr);
  EXPECT_NE(cache.KeyOf("alice", "secret"), CredentialCache().KeyOf("alice", "secret"));
}

TEST(CredentialCache, AnEntryLivesWhileItIsAskedFor) {
  CredentialCache cache;
  const auto key = cache.KeyOf("alice", "secret");
  auto now = kStart;
  cache.Insert(key, std::make_shared<const model::Identity>(), now);
  for (int i = 0; i < 5; ++i) {
    now += 61s;  // Prometheus, once a minute
    EXPECT_NE(cache.Find(key, now), nullptr);
  }
  now += CredentialCache::kLife;
  EXPECT_EQ(cache.Find(key, now), nullptr);
  EXPECT_EQ(cache.size(), 0U);
}

TEST(CredentialCache, IsBoundedAndForgetsTheLongestUnused) {
  CredentialCache cache;
  const auto identity = std::make_shared<const model::Identity>();
  const auto first = cache.KeyOf("0", "x"), second = cache.KeyOf("1", "x");
  auto now = kStart;
  for (size_t i = 0; i < CredentialCache::kMostEntries; ++i) {
    cache.Insert(cache.KeyOf(std::to_string(i), "x"), identity, now += 1ms);
  }
  EXPECT_NE(cache.Find(first, now += 1ms), nullptr);
  cache.Insert(cache.KeyOf("one more", "x"), identity, now += 1ms);
  EXPECT_EQ(cache.size(), CredentialCache::kMostEntries);
  EXPECT_NE(cache.Find(first, now), nullptr);
  EXPECT_EQ(cache.Find(second, now), nullptr);
}

TEST(CredentialCache, WhoseIdentityIsGoneLeaves) {
  CredentialCache cache;
  const auto named = [](std::string name) {
    return std::make_shared<const model::Identity>(
        model::Identity{.user = std::move(name), .role = {}, .interfaces = {}, .networks = {}});
  };
  const auto alice = cache.KeyOf("alice", "x"), bob = cache.KeyOf("bob", "x");
  cache.Insert(alice, named("alice"), kStart);
  cache.Insert(bob, named("bob"), kStart);
  const auto other = named("alice");
  cache.Renew([&](const std::string& name) { return name == "alice" ? other : nullptr; });
  EXPECT_EQ(cache.Find(alice, kStart), other);
  EXPECT_EQ(cache.Find(bob, kStart), nullptr);
}

}  // namespace
}  // namespace wiregauge::accounts
