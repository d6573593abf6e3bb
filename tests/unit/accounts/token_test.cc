// SPDX-License-Identifier: Apache-2.0
#include "accounts/token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wiregauge::accounts {
namespace {

TEST(Token, HasAnIdAndASecret) {
  const NewToken token = MakeToken();
  EXPECT_THAT(token.text, testing::MatchesRegex("wg_[0-9a-f]{12}_[A-Za-z0-9_-]{43}"));
  const auto parts = ParseToken(token.text);
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(parts->id, token.id);
  EXPECT_TRUE(SameHash(HashSecret(parts->secret), token.secret_hash));
  EXPECT_FALSE(SameHash(HashSecret("other"), token.secret_hash));
  EXPECT_NE(MakeToken().text, token.text);
}

TEST(Token, OtherTextIsNone) {
  for (const char* text : {"", "wg_", "wg_abc_secret", "wg_0123456789ab_", "wg_0123456789ab",
                           "xx_0123456789ab_secret", "wg__"}) {
    EXPECT_FALSE(ParseToken(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace wiregauge::accounts
