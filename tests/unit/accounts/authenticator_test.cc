// SPDX-License-Identifier: Apache-2.0
#include "accounts/authenticator.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "account_folder.h"
#include "accounts/token.h"

namespace wiregauge::accounts {
namespace {

using namespace std::chrono_literals;
using Result = model::AuthenticationResult;

class AuthenticatorTest : public AccountFolder {
 protected:
  static constexpr size_t kMostCallers = 5;  // and as many as may try at once

  AuthenticatorTest()
      : file_(Open()),
        authenticator_(clock_, {.cost = kCheap,
                                .throttle = {},
                                .most_strangers = kMostCallers,
                                .longest_wait = 2000ms,
                                .steady_now = [this] { return steady_.load(); }}) {
    EXPECT_TRUE(
        file_.AddUser(MakeUser("alice", "correct horse", model::Role::kAdmin), actor_).ok());
    EXPECT_TRUE(file_.AddUser(MakeUser("bob", "battery staple"), actor_).ok());
    Publish();
  }

  void Publish() {
    authenticator_.SetAccounts(std::make_shared<const Accounts>(file_.Load().value()));
  }
  Result Ask(std::string_view user, std::string_view password,
             std::string_view address = "192.0.2.1") {
    return authenticator_.VerifyPassword(user, password, *IpAddress::Parse(address)).result;
  }
  model::Verdict AskToken(std::string_view token, std::string_view address = "192.0.2.1") {
    return authenticator_.VerifyToken(token, *IpAddress::Parse(address));
  }
  uint64_t Counted(Result result) const {
    return authenticator_.counters().results.at(static_cast<size_t>(result));
  }
  static std::string Guess(int number) { return "wrong" + std::to_string(number); }
  uint64_t Hashed() const { return authenticator_.counters().passwords_verified; }

  AccountFile file_;
  std::atomic<std::chrono::steady_clock::time_point> steady_{
      std::chrono::steady_clock::time_point(1000h)};
  Authenticator authenticator_;
};

TEST_F(AuthenticatorTest, TellsWhoAsks) {
  const model::Verdict verdict =
      authenticator_.VerifyPassword("alice", "correct horse", *IpAddress::Parse("192.0.2.1"));
  ASSERT_EQ(verdict.result, Result::kAccepted);
  EXPECT_EQ(verdict.identity->user, "alice");
  EXPECT_EQ(verdict.identity->role, model::Role::kAdmin);
  EXPECT_EQ(Ask("alice", "battery staple"), Result::kRefused);
  EXPECT_EQ(Ask("nobody", "correct horse"), Result::kRefused);
  EXPECT_EQ(authenticator_.Missing().result, Result::kMissing);
  EXPECT_EQ(Counted(Result::kAccepted), 1U);
  EXPECT_EQ(Counted(Result::kRefused), 2U);
  EXPECT_EQ(Counted(Result::kMissing), 1U);
}

TEST_F(AuthenticatorTest, AnUnknownUserIsHashedToo) {
  Ask("nobody", "correct horse");
  EXPECT_EQ(Hashed(), 1U);
}

TEST_F(AuthenticatorTest, TwoHundredRequestsHashOnce) {
  for (int i = 0; i < 200; ++i) EXPECT_EQ(Ask("bob", "battery staple"), Result::kAccepted);
  EXPECT_EQ(Hashed(), 1U);
  EXPECT_EQ(authenticator_.counters().cache_hits, 199U);
}

TEST_F(AuthenticatorTest, ManyAtOnceHashOnce) {
  std::vector<std::thread> threads;
  std::atomic<size_t> accepted = 0;
  for (size_t i = 0; i < kMostCallers; ++i) {
    threads.emplace_back([&] {
      if (Ask("bob", "battery staple") == Result::kAccepted) ++accepted;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, kMostCallers);
  EXPECT_EQ(Hashed(), 1U);
}

// With two threads: one hash of a stranger, and nobody else waits.
class NarrowAuthenticatorTest : public AuthenticatorTest {
 protected:
  NarrowAuthenticatorTest() {
    NewUser carol = MakeUser("carol", "");
    carol.password_hash = HashPassword("slow", {.passes = 12, .memory_bytes = 32 << 20}).value();
    EXPECT_TRUE(file_.AddUser(carol, actor_).ok());
    narrow_.SetAccounts(std::make_shared<const Accounts>(file_.Load().value()));
  }

  Result AskNarrow(std::string_view user, std::string_view password,
                   std::string_view address = "192.0.2.1") {
    return narrow_.VerifyPassword(user, password, *IpAddress::Parse(address)).result;
  }
  // While it is verified.
  std::thread StartSlow() {
    const uint64_t before = narrow_.counters().passwords_verified;
    std::thread slow(
        [this] { EXPECT_EQ(AskNarrow("carol", "slow", "203.0.113.1"), Result::kAccepted); });
    while (narrow_.counters().passwords_verified == before) std::this_thread::yield();
    return slow;
  }

  Authenticator narrow_{clock_, {.cost = kCheap, .most_strangers = 1}};
};

TEST_F(NarrowAuthenticatorTest, AStrangerTooManyIsSentAwayAtOnce) {
  std::thread slow = StartSlow();
  EXPECT_EQ(AskNarrow("bob", "battery staple"), Result::kBusy);
  slow.join();
  EXPECT_EQ(AskNarrow("bob", "battery staple"), Result::kAccepted);
}

TEST_F(NarrowAuthenticatorTest, WhoAsksTheSameGetsTheSame) {
  std::thread slow = StartSlow();
  EXPECT_EQ(AskNarrow("carol", "slow"), Result::kAccepted);
  slow.join();
  EXPECT_EQ(narrow_.counters().passwords_verified, 1U);
}

TEST_F(NarrowAuthenticatorTest, WhoIsKnownWaitsForStrangersButIsNotSentAway) {
  EXPECT_EQ(AskNarrow("bob", "battery staple"), Result::kAccepted);
  ASSERT_TRUE(
      file_.SetPassword("bob", HashPassword("something else", kCheap).value(), actor_).ok());
  narrow_.SetAccounts(std::make_shared<const Accounts>(file_.Load().value()));
  std::thread slow = StartSlow();
  EXPECT_EQ(AskNarrow("bob", "something else"), Result::kAccepted);
  slow.join();
}

TEST_F(AuthenticatorTest, AChangedPasswordHoldsAtOnce) {
  EXPECT_EQ(Ask("bob", "battery staple"), Result::kAccepted);
  ASSERT_TRUE(
      file_.SetPassword("bob", HashPassword("something else", kCheap).value(), actor_).ok());
  Publish();
  EXPECT_EQ(Ask("bob", "battery staple"), Result::kRefused);
  EXPECT_EQ(Ask("bob", "something else"), Result::kAccepted);
  ASSERT_TRUE(file_.DeleteUser("bob", actor_).ok());
  Publish();
  EXPECT_EQ(Ask("bob", "something else"), Result::kRefused);
}

TEST_F(AuthenticatorTest, WhoFailsIsHeldBackAndToldForHowLong) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Ask("bob", Guess(i)), Result::kRefused);
  const model::Verdict held =
      authenticator_.VerifyPassword("bob", "battery staple", *IpAddress::Parse("192.0.2.1"));
  EXPECT_EQ(held.result, Result::kThrottled);
  EXPECT_EQ(held.retry_after, 1s);
  EXPECT_EQ(Hashed(), 5U);
  EXPECT_EQ(authenticator_.counters().throttled[0], 1U);
  steady_ = steady_.load() + 1s;
  EXPECT_EQ(Ask("bob", "battery staple"), Result::kAccepted);
}

TEST_F(AuthenticatorTest, WhoIsRememberedIsNotHeldBack) {
  EXPECT_EQ(Ask("bob", "battery staple"), Result::kAccepted);
  for (int i = 0; i < 9; ++i) Ask("bob", Guess(i));
  EXPECT_EQ(Ask("bob", "another"), Result::kThrottled);
  EXPECT_EQ(Ask("bob", "battery staple"), Result::kAccepted);
  // Nor by others elsewhere when it is not remembered any more.
  steady_ = steady_.load() + 1h;
  for (int i = 0; i < 9; ++i) Ask("bob", Guess(i), "198.51.100." + std::to_string(i));
  EXPECT_EQ(Ask("bob", "battery staple", "198.51.100.77"), Result::kThrottled);
  EXPECT_EQ(Ask("bob", "battery staple"), Result::kAccepted);
}

TEST_F(AuthenticatorTest, AStrangerWhoWaitsLearnsNothingOfWhatIsRemembered) {
  EXPECT_EQ(Ask("bob", "battery staple"), Result::kAccepted);
  steady_ = steady_.load() + 1s;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Ask("bob", Guess(i), "203.0.113.1"), Result::kRefused);
  EXPECT_EQ(Ask("bob", "battery staple", "203.0.113.1"), Result::kThrottled);
  EXPECT_EQ(Ask("bob", "battery staple", "203.0.113.2"), Result::kThrottled);  // of the account
  EXPECT_EQ(Ask("bob", Guess(0), "203.0.113.1"), Result::kThrottled);
  EXPECT_EQ(Ask("bob", "battery staple"), Result::kAccepted);
  // Nor did that open a count of its own.
  steady_ = steady_.load() + 1s;
  EXPECT_EQ(Ask("bob", "wrong again", "203.0.113.1"), Result::kRefused);
  EXPECT_EQ(Ask("bob", "battery staple", "203.0.113.1"), Result::kThrottled);
}

TEST_F(AuthenticatorTest, ManyGuessesFromTheUsersOwnAddressLearnNothingEither) {
  EXPECT_EQ(Ask("bob", "battery staple"), Result::kAccepted);
  for (int i = 0; i < 20; ++i) Ask("bob", Guess(i));
  EXPECT_EQ(Ask("bob", "battery staple"), Result::kThrottled);
  steady_ = steady_.load() + 1s;
  EXPECT_EQ(Ask("bob", "battery staple"), Result::kAccepted);
}

TEST_F(AuthenticatorTest, AChangeOfOthersForgetsNothing) {
  EXPECT_EQ(Ask("bob", "battery staple"), Result::kAccepted);
  EXPECT_EQ(Ask("bob", "wrong"), Result::kRefused);
  const uint64_t hashed = Hashed();
  ASSERT_TRUE(file_.AddUser(MakeUser("carol", "correct horse"), actor_).ok());
  ASSERT_TRUE(
      file_.SetPassword("alice", HashPassword("something else", kCheap).value(), actor_).ok());
  Publish();
  EXPECT_EQ(Ask("bob", "battery staple"), Result::kAccepted);
  EXPECT_EQ(Ask("bob", "wrong"), Result::kRefused);
  EXPECT_EQ(Hashed(), hashed);
  // A user of the same name is another one.
  ASSERT_TRUE(file_.DeleteUser("bob", actor_).ok());
  ASSERT_TRUE(file_.AddUser(MakeUser("bob", "wrong"), actor_).ok());
  Publish();
  EXPECT_EQ(Ask("bob", "battery staple"), Result::kRefused);
  EXPECT_EQ(Ask("bob", "wrong"), Result::kAccepted);
}

TEST_F(AuthenticatorTest, ARoleThatChangedHoldsAtOnce) {
  EXPECT_EQ(Ask("bob", "battery staple"), Result::kAccepted);
  ASSERT_TRUE(
      file_.SetUser("bob", {.role = model::Role::kAdmin, .networks = {}, .interfaces = {}}, actor_)
          .ok());
  Publish();
  const auto verdict =
      authenticator_.VerifyPassword("bob", "battery staple", *IpAddress::Parse("192.0.2.1"));
  ASSERT_EQ(verdict.result, Result::kAccepted);
  EXPECT_EQ(verdict.identity->role, model::Role::kAdmin);
}

TEST_F(AuthenticatorTest, ToRepeatAWrongPasswordCostsNothingAndLocksNobodyOut) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(Ask("bob", "wrong"), Result::kRefused);
    EXPECT_EQ(Ask("nobody", "wrong"), Result::kRefused);
    steady_ = steady_.load() + 60s;
  }
  EXPECT_EQ(Hashed(), 2U);
  EXPECT_EQ(Ask("bob", "battery staple", "192.0.2.2"), Result::kAccepted);
  EXPECT_EQ(Ask("alice", "correct horse"), Result::kAccepted);
}

TEST_F(AuthenticatorTest, ARefusedPasswordMayBecomeAGoodOne) {
  EXPECT_EQ(Ask("bob", "something else"), Result::kRefused);
  ASSERT_TRUE(
      file_.SetPassword("bob", HashPassword("something else", kCheap).value(), actor_).ok());
  Publish();
  EXPECT_EQ(Ask("bob", "something else"), Result::kAccepted);
}

TEST_F(AuthenticatorTest, ALackOfMemoryIsNobodysFailure) {
  if (!RefusesMemory()) GTEST_SKIP();
  NewUser carol = MakeUser("carol", "correct horse");
  carol.password_hash = kHashOfTooMuchMemory;
  ASSERT_TRUE(file_.AddUser(carol, actor_).ok());
  Publish();
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(Ask("carol", Guess(i)), Result::kBusy);
    steady_ = steady_.load() + 1s;
  }
  EXPECT_EQ(Ask("bob", "battery staple"), Result::kAccepted);
}

TEST_F(AuthenticatorTest, TokensAreGoodUntilTheyExpireOrAreRevoked) {
  const std::string token =
      file_.CreateToken({.user = "bob", .label = "x", .expires_at = clock_.now + 1h}, actor_)
          .value();
  EXPECT_EQ(AskToken(token).result, Result::kRefused);  // not known yet
  Publish();
  ASSERT_EQ(AskToken(token).result, Result::kAccepted);
  EXPECT_EQ(AskToken(token).identity->user, "bob");
  const auto used = authenticator_.TakeUsedTokens();
  ASSERT_EQ(used.size(), 1U);
  EXPECT_EQ(used.begin()->second, clock_.now);
  EXPECT_TRUE(authenticator_.TakeUsedTokens().empty());

  clock_.now += 1h;
  EXPECT_EQ(AskToken(token).result, Result::kRefused);
  clock_.now -= 1h;
  EXPECT_EQ(AskToken(token).result, Result::kAccepted);
  ASSERT_TRUE(file_.RevokeToken(ParseToken(token)->id, actor_).ok());
  Publish();
  EXPECT_EQ(AskToken(token).result, Result::kRefused);
  EXPECT_EQ(Hashed(), 0U);
}

TEST_F(AuthenticatorTest, ABadTokenLocksOutNoPasswordAndNoGoodToken) {
  const std::string token =
      file_.CreateToken({.user = "bob", .label = "x", .expires_at = {}}, actor_).value();
  Publish();
  testing::internal::CaptureStderr();
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(AskToken(token + "x").result, Result::kRefused);
    EXPECT_EQ(AskToken("nonsense").result, Result::kRefused);
    steady_ = steady_.load() + 100ms;
  }
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(AskToken(token).result, Result::kAccepted);
  const auto lines = std::ranges::count(said, '\n');
  EXPECT_GT(lines, 0);
  EXPECT_LT(lines, 8);
  EXPECT_EQ(Ask("bob", "battery staple"), Result::kAccepted);
}

}  // namespace
}  // namespace wiregauge::accounts
