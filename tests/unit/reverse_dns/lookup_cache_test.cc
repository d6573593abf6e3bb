// SPDX-License-Identifier: Apache-2.0
#include "reverse_dns/lookup_cache.h"

#include <gtest/gtest.h>

namespace wiregauge::reverse_dns {
namespace {

using model::LookupResult;
using namespace std::chrono_literals;

const Timestamp kStart = Timestamp(1'000'000min);

IpAddress Ip(uint8_t last) {
  const uint8_t bytes[4] = {10, 0, 0, last};
  return IpAddress::V4(bytes);
}

class LookupCacheTest : public testing::Test {
 protected:
  void Ask(uint8_t last) {
    ASSERT_TRUE(cache_.Enqueue(Ip(last)));
    ASSERT_EQ(cache_.Take(), Ip(last));
  }
  std::string NameOf(uint8_t last, Timestamp now = kStart) const {
    const auto known = cache_.Find(Ip(last), now);
    return known.names != nullptr ? known.names->best()->name : "none";
  }
  bool IsDue(uint8_t last, Timestamp now = kStart) const {
    return cache_.Find(Ip(last), now).is_due;
  }

  LookupCache cache_{{.most_waiting = 2, .most_results = 3}};
};

TEST_F(LookupCacheTest, AnAddressIsAskedForOnce) {
  EXPECT_TRUE(IsDue(1));
  ASSERT_TRUE(cache_.Enqueue(Ip(1)));
  EXPECT_FALSE(IsDue(1)) << "it waits";
  ASSERT_EQ(cache_.Take(), Ip(1));
  EXPECT_FALSE(IsDue(1)) << "it is under way";
  EXPECT_EQ(cache_.counters().waiting, 1u);
  cache_.Store(Ip(1), LookupResult::kName, "a.example.org", kStart, kStart + 60s);
  EXPECT_FALSE(IsDue(1));
  EXPECT_EQ(NameOf(1), "a.example.org");
  EXPECT_EQ(cache_.Find(Ip(1), kStart).names->best()->source, model::NameSource::kReverseDns);
  EXPECT_EQ(cache_.counters().waiting, 0u);
  EXPECT_EQ(cache_.counters().cached, 1u);
  EXPECT_EQ(cache_.Take(), std::nullopt);
}

TEST_F(LookupCacheTest, ThatThereIsNoNameIsKnownToo) {
  Ask(1);
  cache_.Store(Ip(1), LookupResult::kNoName, "", kStart, kStart + 60s);
  EXPECT_EQ(NameOf(1), "none");
  EXPECT_FALSE(IsDue(1, kStart + 59s));
  EXPECT_TRUE(IsDue(1, kStart + 60s));
}

TEST_F(LookupCacheTest, AnOldNameStaysUntilThereIsAnotherAnswer) {
  Ask(1);
  cache_.Store(Ip(1), LookupResult::kName, "old.example.org", kStart, kStart + 60s);
  const Timestamp later = kStart + 61s;
  EXPECT_TRUE(IsDue(1, later));
  Ask(1);
  EXPECT_EQ(NameOf(1, later), "old.example.org");
  cache_.Store(Ip(1), LookupResult::kTimeout, "", later, later + 60s);
  EXPECT_EQ(NameOf(1, later), "old.example.org");
  EXPECT_FALSE(IsDue(1, later));
  Ask(1);
  cache_.Store(Ip(1), LookupResult::kName, "new.example.org", later, later + 60s);
  EXPECT_EQ(NameOf(1, later), "new.example.org");
  Ask(1);
  cache_.Store(Ip(1), LookupResult::kNoName, "", later, later + 60s);
  EXPECT_EQ(NameOf(1, later), "none");
  EXPECT_EQ(cache_.counters().cached, 1u);
  EXPECT_EQ(cache_.counters().results, (std::array<uint64_t, 4>{2, 1, 1, 0}));
}

TEST_F(LookupCacheTest, WhatFindsNoRoomIsCounted) {
  EXPECT_TRUE(cache_.Enqueue(Ip(1)));
  EXPECT_TRUE(cache_.Enqueue(Ip(2)));
  EXPECT_EQ(cache_.room(), 0u);
  EXPECT_FALSE(cache_.Enqueue(Ip(3)));
  EXPECT_EQ(cache_.counters().dropped_queue_full, 1u);
  EXPECT_TRUE(IsDue(3)) << "it comes again";
  EXPECT_EQ(cache_.Take(), Ip(1));
  EXPECT_TRUE(cache_.Enqueue(Ip(3)));
}

TEST_F(LookupCacheTest, TheResultThatEndsFirstMakesRoom) {
  const Duration lives[] = {60s, 30s, 90s, 50s};
  for (uint8_t last = 1; last <= 4; ++last) {
    Ask(last);
    cache_.Store(Ip(last), LookupResult::kName, "host" + std::to_string(last), kStart,
                 kStart + lives[last - 1]);
  }
  EXPECT_EQ(cache_.counters().cached, 3u);
  EXPECT_EQ(cache_.counters().dropped_cache_full, 1u);
  EXPECT_TRUE(IsDue(2));
  EXPECT_EQ(NameOf(2), "none");
  EXPECT_EQ(NameOf(1) + NameOf(3) + NameOf(4), "host1host3host4");
}

TEST_F(LookupCacheTest, WhatIsUnderWayOutlivesItsResult) {
  Ask(1);
  cache_.Store(Ip(1), LookupResult::kName, "a", kStart, kStart + 1s);
  Ask(1);  // again
  for (uint8_t last = 2; last <= 4; ++last) {
    Ask(last);
    cache_.Store(Ip(last), LookupResult::kNoName, "", kStart, kStart + 60s);
  }
  EXPECT_EQ(NameOf(1), "none");
  EXPECT_FALSE(IsDue(1, kStart + 2s));
  cache_.Store(Ip(1), LookupResult::kName, "b", kStart, kStart + 90s);
  EXPECT_EQ(NameOf(1), "b");
  EXPECT_EQ(cache_.counters().cached, 3u);
}

}  // namespace
}  // namespace wiregauge::reverse_dns
