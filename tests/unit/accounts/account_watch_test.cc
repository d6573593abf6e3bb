// SPDX-License-Identifier: Apache-2.0
#include "accounts/account_watch.h"

#include <gtest/gtest.h>

#include "account_folder.h"

namespace wiregauge::accounts {
namespace {

using Result = model::AuthenticationResult;

class AccountWatchTest : public AccountFolder {
 protected:
  AccountWatchTest()
      : authenticator_(clock_, {.cost = kCheap,
                                .throttle = {.attempts_per_second = 1e6, .burst = 1e6},
                                .steady_now = [] { return std::chrono::steady_clock::now(); }}) {}

  Result Ask(std::string_view token) {
    return authenticator_.VerifyToken(token, *IpAddress::Parse("192.0.2.1")).result;
  }
  // What is to hold soon; gives up after much longer than that takes.
  bool ComesTrue(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < deadline) {
      if (condition()) return true;
      std::this_thread::yield();
    }
    return false;
  }

  Authenticator authenticator_;
};

TEST_F(AccountWatchTest, BringsInWhatOthersChangeAndWritesWhenTokensWereUsed) {
  AccountFile other = Open();
  ASSERT_TRUE(other.AddUser(MakeUser("alice", "correct horse"), actor_).ok());
  const TokenOrder order{.user = "alice", .label = "x", .expires_at = {}};
  const std::string first = other.CreateToken(order, actor_).value();
  {
    auto watch = AccountWatch::Start(folder_, clock_, authenticator_);
    ASSERT_TRUE(watch.ok()) << watch.error().message;
    EXPECT_EQ(Ask(first), Result::kAccepted);  // read before Start returned
    const std::string second = other.CreateToken(order, actor_).value();
    EXPECT_TRUE(ComesTrue([&] { return Ask(second) == Result::kAccepted; }));
  }
  const auto stored = other.Load();
  ASSERT_TRUE(stored.ok());
  for (const Token& token : stored->tokens) EXPECT_EQ(token.last_used_at, clock_.now);
}

TEST_F(AccountWatchTest, FollowsAFileThatTakesItsPlace) {
  const TokenOrder order{.user = "alice", .label = "x", .expires_at = {}};
  ASSERT_TRUE(Open().AddUser(MakeUser("alice", "correct horse"), actor_).ok());
  const std::string old = Open().CreateToken(order, actor_).value();
  const std::string path = folder_ + "/accounts.db";
  std::filesystem::copy(path, path + ".copy");
  auto watch = AccountWatch::Start(folder_, clock_, authenticator_);
  ASSERT_TRUE(watch.ok()) << watch.error().message;
  const std::string late = Open().CreateToken(order, actor_).value();
  ASSERT_TRUE(ComesTrue([&] { return Ask(late) == Result::kAccepted; }));

  std::filesystem::rename(path + ".copy", path);
  EXPECT_TRUE(ComesTrue([&] { return Ask(late) != Result::kAccepted; }));
  EXPECT_EQ(Ask(old), Result::kAccepted);
  const std::string latest = Open().CreateToken(order, actor_).value();
  EXPECT_TRUE(ComesTrue([&] { return Ask(latest) == Result::kAccepted; }));
}

TEST_F(AccountWatchTest, WhatWasReadLastHoldsWhileTheFileIsGone) {
  ASSERT_TRUE(Open().AddUser(MakeUser("alice", "correct horse"), actor_).ok());
  const std::string token =
      Open().CreateToken({.user = "alice", .label = "x", .expires_at = {}}, actor_).value();
  const std::string path = folder_ + "/accounts.db";
  auto watch = AccountWatch::Start(folder_, clock_, authenticator_);
  ASSERT_TRUE(watch.ok()) << watch.error().message;
  EXPECT_TRUE((*watch)->is_readable());
  std::filesystem::rename(path, path + ".away");
  EXPECT_TRUE(ComesTrue([&] { return !(*watch)->is_readable(); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  EXPECT_EQ(Ask(token), Result::kAccepted);
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace wiregauge::accounts
