// SPDX-License-Identifier: Apache-2.0
#include "accounts/throttle.h"

#include <gtest/gtest.h>

#include <string>

namespace wiregauge::accounts {
namespace {

using namespace std::chrono_literals;

class ThrottleTest : public testing::Test {
 protected:
  static IpAddress Address(const std::string& text) { return *IpAddress::Parse(text); }
  static IpAddress Numbered(int number) {
    return Address("10.0." + std::to_string(number / 256) + "." + std::to_string(number % 256));
  }
  bool Admits(const std::string& address, const std::string& account) {
    return !throttle_.Admit(Address(address), account, now_).has_value();
  }
  // As often as an account and an address may fail for nothing.
  void FailFreely(const std::string& address, const std::string& account) {
    for (uint32_t i = 0; i < limits_.free_failures; ++i) {
      EXPECT_EQ(throttle_.Failed(Address(address), account, now_), i + 1 == limits_.free_failures);
    }
  }

  const Throttle::Limits limits_{};
  Throttle throttle_;
  Throttle::Time now_{1000h};
};

TEST_F(ThrottleTest, WaitsDoubleUpToTheMost) {
  FailFreely("192.0.2.1", "alice");
  std::chrono::seconds expected = limits_.first_delay;
  for (int i = 0; i < 12; ++i) {
    const auto refusal = throttle_.Admit(Address("192.0.2.1"), "alice", now_);
    ASSERT_TRUE(refusal.has_value());
    EXPECT_EQ(refusal->by, model::ThrottledBy::kAddress);
    EXPECT_EQ(refusal->retry_after, expected);
    now_ += expected;
    EXPECT_TRUE(Admits("192.0.2.1", "alice"));
    EXPECT_TRUE(throttle_.Failed(Address("192.0.2.1"), "alice", now_));
    expected = std::min(expected * 2, limits_.most_delay);
  }
  EXPECT_EQ(expected, limits_.most_delay);
}

TEST_F(ThrottleTest, AnAddressIsHeldBackForEveryAccount) {
  for (int i = 0; i < 5; ++i) {
    throttle_.Failed(Address("192.0.2.1"), "user" + std::to_string(i), now_);
  }
  EXPECT_FALSE(Admits("192.0.2.1", "bob"));
  EXPECT_TRUE(Admits("192.0.2.2", "bob"));
}

TEST_F(ThrottleTest, AnAccountIsHeldBackForEveryAddress) {
  for (int i = 0; i < 5; ++i) throttle_.Failed(Numbered(i), "alice", now_);
  const auto refusal = throttle_.Admit(Address("192.0.2.9"), "alice", now_);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->by, model::ThrottledBy::kAccount);
  EXPECT_TRUE(Admits("192.0.2.9", "bob"));
}

TEST_F(ThrottleTest, NobodyElseLocksOutWhoWasVerified) {
  throttle_.Verified(Address("192.0.2.1"), "alice", now_);
  for (int i = 0; i < 50; ++i) throttle_.Failed(Numbered(i), "alice", now_);  // from everywhere
  for (int i = 0; i < 50; ++i) throttle_.Failed(Address("192.0.2.1"), "bob", now_);  // from there
  EXPECT_FALSE(Admits("192.0.2.2", "alice"));
  EXPECT_TRUE(Admits("192.0.2.1", "alice"));
  now_ += limits_.forget_verified_after;
  EXPECT_TRUE(Admits("192.0.2.1", "alice"));
}

TEST_F(ThrottleTest, WhoWasVerifiedCannotGuessEither) {
  throttle_.Verified(Address("192.0.2.1"), "alice", now_);
  FailFreely("192.0.2.1", "alice");
  EXPECT_FALSE(Admits("192.0.2.1", "alice"));
  EXPECT_TRUE(Admits("192.0.2.1", "bob"));
  EXPECT_TRUE(Admits("192.0.2.2", "alice"));
}

TEST_F(ThrottleTest, AStrangerWhoWaitsIsToldNothing) {
  EXPECT_FALSE(throttle_.Bar(Address("192.0.2.1"), "alice", now_).has_value());
  FailFreely("192.0.2.1", "alice");
  EXPECT_EQ(throttle_.Bar(Address("192.0.2.1"), "bob", now_)->by, model::ThrottledBy::kAddress);
  EXPECT_EQ(throttle_.Bar(Address("192.0.2.2"), "alice", now_)->by, model::ThrottledBy::kAccount);
  EXPECT_FALSE(throttle_.Bar(Address("192.0.2.2"), "bob", now_).has_value());
}

TEST_F(ThrottleTest, WhoWasVerifiedIsToldForAFewMissesInOneWait) {
  throttle_.Verified(Address("192.0.2.1"), "alice", now_);
  FailFreely("192.0.2.1", "alice");
  for (uint32_t i = 0; i < limits_.free_misses; ++i) {
    EXPECT_FALSE(throttle_.Bar(Address("192.0.2.1"), "alice", now_).has_value());
    EXPECT_FALSE(Admits("192.0.2.1", "alice"));
  }
  EXPECT_TRUE(throttle_.Bar(Address("192.0.2.1"), "alice", now_).has_value());
  now_ += limits_.first_delay;
  EXPECT_FALSE(throttle_.Bar(Address("192.0.2.1"), "alice", now_).has_value());
  throttle_.Failed(Address("192.0.2.1"), "alice", now_);
  EXPECT_FALSE(throttle_.Bar(Address("192.0.2.1"), "alice", now_).has_value());
}

TEST_F(ThrottleTest, ASuccessForgivesNobody) {
  for (int i = 0; i < 4; ++i) throttle_.Failed(Address("192.0.2.1"), "bob", now_);
  throttle_.Verified(Address("192.0.2.1"), "mallory", now_);
  throttle_.Failed(Address("192.0.2.1"), "bob", now_);
  EXPECT_FALSE(Admits("192.0.2.1", "bob"));
}

TEST_F(ThrottleTest, FailuresAreForgotten) {
  for (int i = 0; i < 4; ++i) throttle_.Failed(Address("192.0.2.1"), "alice", now_);
  now_ += limits_.forget_failures_after;
  FailFreely("192.0.2.1", "alice");
}

TEST_F(ThrottleTest, AnIpv6AddressIsItsPrefix) {
  FailFreely("2001:db8:1:2::1", "alice");
  EXPECT_FALSE(Admits("2001:db8:1:2:ffff::9", "bob"));
  EXPECT_TRUE(Admits("2001:db8:1:3::1", "bob"));
}

TEST_F(ThrottleTest, AMappedAddressIsItsIpv4Address) {
  FailFreely("::ffff:192.0.2.1", "alice");
  EXPECT_FALSE(Admits("192.0.2.1", "bob"));
  EXPECT_TRUE(Admits("::ffff:192.0.2.2", "bob"));
}

TEST_F(ThrottleTest, AllTogetherTryOnlySoOften) {
  int admitted = 0;
  for (int i = 0; i < 100; ++i) {
    if (!throttle_.Admit(Numbered(i), "user" + std::to_string(i), now_)) ++admitted;
  }
  EXPECT_EQ(admitted, 5);
  now_ += 1s;
  admitted = 0;
  for (int i = 0; i < 100; ++i) {
    const auto refusal = throttle_.Admit(Numbered(i), "user" + std::to_string(i), now_);
    if (!refusal) {
      ++admitted;
    } else {
      EXPECT_EQ(refusal->by, model::ThrottledBy::kRate);
    }
  }
  EXPECT_EQ(admitted, 5);
}

TEST_F(ThrottleTest, TheTablesAreBounded) {
  Throttle::Limits limits;
  limits.most_entries = 8;
  limits.free_failures = 1;
  Throttle throttle(limits);
  for (int i = 0; i < 20; ++i) {
    now_ += 1ms;
    throttle.Failed(Numbered(i), "user" + std::to_string(i), now_);
  }
  // Each failure is an entry for the address and one for the account: the last four are there.
  EXPECT_TRUE(throttle.Admit(Numbered(19), "x", now_).has_value());
  EXPECT_TRUE(throttle.Admit(Numbered(16), "x", now_).has_value());
  EXPECT_FALSE(throttle.Admit(Numbered(0), "x", now_).has_value());
}

}  // namespace
}  // namespace wiregauge::accounts
