// SPDX-License-Identifier: Apache-2.0
#include "accounts/password.h"

#include <gmock/gmock.h>
#include <sodium.h>

#include "account_folder.h"

namespace wiregauge::accounts {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Password, IsVerifiedAgainstItsHashOnly) {
  const std::string hash = HashPassword("correct horse", kCheap).value();
  EXPECT_THAT(hash, StartsWith("$argon2id$v=19$"));
  EXPECT_EQ(VerifyPassword(hash, "correct horse"), PasswordCheck::kSame);
  EXPECT_EQ(VerifyPassword(hash, "correct horsf"), PasswordCheck::kOther);
  EXPECT_EQ(VerifyPassword(hash, ""), PasswordCheck::kOther);
  EXPECT_EQ(VerifyPassword("no hash", "correct horse"), PasswordCheck::kOther);
  EXPECT_NE(HashPassword("correct horse", kCheap).value(), hash);  // salted
}

TEST(Password, CostsWhatTheReadmeSays) {
  EXPECT_THAT(HashPassword("correct horse").value(), HasSubstr("$m=65536,t=3,p=1$"));
}

TEST(Password, RulesAreSaid) {
  EXPECT_TRUE(CheckPassword("12345678").ok());
  EXPECT_TRUE(CheckPassword("pässwörd").ok());
  EXPECT_THAT(CheckPassword("1234567").error().message, HasSubstr("less than 8"));
  EXPECT_THAT(CheckPassword("ääää").error().message, HasSubstr("less than 8"));
  EXPECT_THAT(CheckPassword("1234567\t").error().message, HasSubstr("control character"));
  EXPECT_THAT(CheckPassword("1234567\xff").error().message, HasSubstr("UTF-8"));
  EXPECT_THAT(CheckPassword(std::string(1025, 'x')).error().message, HasSubstr("1024"));
}

TEST(Password, NamesHaveNoColon) {
  EXPECT_TRUE(CheckUserName("älice@example.org").ok());
  for (const std::string& name : {std::string(), std::string("a:b"), std::string("a\nb"),
                                  std::string("\xff"), std::string(65, 'x')}) {
    EXPECT_FALSE(CheckUserName(name).ok()) << name;
  }
}

TEST(Password, RandomOnesDiffer) {
  const std::string password = RandomPassword();
  EXPECT_EQ(password.size(), 24U);
  EXPECT_TRUE(CheckPassword(password).ok());
  EXPECT_NE(RandomPassword(), password);
}

TEST(Password, VerifiesWhatLibsodiumWrites) {
  const std::string hash = HashPassword("correct horse", kCheap).value();
  EXPECT_EQ(crypto_pwhash_str_verify(hash.c_str(), "correct horse", 13), 0);
  for (const size_t size : {size_t{10}, hash.size() - 1}) {
    EXPECT_EQ(VerifyPassword(hash.substr(0, size), "correct horse"), PasswordCheck::kOther);
  }
}

TEST(Password, ALackOfMemoryIsNoWrongPassword) {
  if (!RefusesMemory()) GTEST_SKIP();
  EXPECT_EQ(VerifyPassword(kHashOfTooMuchMemory, "correct horse"), PasswordCheck::kNoMemory);
}

TEST(UserName, LooksLikeNoOther) {
  for (const char* name : {"bo\u200bb", "\u202ebob", "bob\u2066", "\ufeffbob", "bo\u00adb",
                           "bo\u0085b", "bob ", " bob", "b\x7fob", "bo\u061cb", "bob\U000e0041"}) {
    EXPECT_FALSE(CheckUserName(name).ok()) << name;
    EXPECT_FALSE(CheckLabel(name).ok()) << name;
  }
  for (const char* name : {"bob", "b ob", "J\u00fcrgen", "\u738b\u8299", "\u20ac"}) {
    EXPECT_TRUE(CheckUserName(name).ok()) << name;
    EXPECT_TRUE(CheckLabel(name).ok()) << name;
  }
  EXPECT_TRUE(CheckLabel("").ok());
  EXPECT_TRUE(CheckLabel("a:b").ok());
}

}  // namespace
}  // namespace wiregauge::accounts
