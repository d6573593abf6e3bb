// SPDX-License-Identifier: Apache-2.0
#include "accounts/account_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "account_folder.h"
#include "accounts/token.h"

namespace wiregauge::accounts {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using AccountFileTest = AccountFolder;

TEST_F(AccountFileTest, KeepsUsersWithWhatTheyMaySee) {
  NewUser user = MakeUser("alice", "correct horse", model::Role::kViewer);
  user.identity.networks = {*IpNetwork::Parse("10.0.0.0/8"), *IpNetwork::Parse("2001:db8::/32")};
  user.identity.interfaces = {"eth0", "a,b.pcap"};
  ASSERT_TRUE(Open().AddUser(user, actor_).ok());

  const auto accounts = Open().Load();
  ASSERT_TRUE(accounts.ok()) << accounts.error().message;
  const User* const found = accounts->FindUser("alice");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->identity.role, model::Role::kViewer);
  EXPECT_THAT(found->identity.networks, SizeIs(2));
  EXPECT_THAT(found->identity.interfaces, ElementsAre("a,b.pcap", "eth0"));
  EXPECT_EQ(found->created_at, clock_.now);
  EXPECT_EQ(VerifyPassword(found->password_hash, "correct horse"), PasswordCheck::kSame);
  EXPECT_EQ(accounts->FindUser("bob"), nullptr);
}

TEST_F(AccountFileTest, TheFileIsItsOwnersAlone) {
  Open();
  struct stat about {};
  ASSERT_EQ(stat((folder_ + "/accounts.db").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
}

TEST_F(AccountFileTest, WhatOthersCouldUseIsMadePrivate) {
  Open();
  const std::string path = folder_ + "/accounts.db";
  ASSERT_EQ(chmod(path.c_str(), 0644), 0);
  Open();
  struct stat about {};
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
}

TEST_F(AccountFileTest, AnEmptyFileIsDamagedAndStays) {
  const std::string path = folder_ + "/accounts.db";
  std::ofstream(path).close();
  for (const auto& file :
       {AccountFile::Open(folder_, clock_), AccountFile::OpenToRead(folder_, clock_)}) {
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().code, ErrorCode::kDataLoss);
    EXPECT_THAT(file.error().message, HasSubstr("is empty"));
  }
  EXPECT_EQ(std::filesystem::file_size(path), 0U);
}

TEST_F(AccountFileTest, ANewFileLeavesNothingBesideIt) {
  Open();
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    names.push_back(entry.path().filename());
  }
  EXPECT_THAT(names, ElementsAre("accounts.db"));
}

TEST_F(AccountFileTest, ANameStandsForOneUser) {
  AccountFile file = Open();
  ASSERT_TRUE(file.AddUser(MakeUser("alice", "correct horse"), actor_).ok());
  const Status again = file.AddUser(MakeUser("alice", "another one"), actor_);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  EXPECT_THAT(again.error().message, HasSubstr("'alice'"));
  EXPECT_THAT(file.Load()->users, SizeIs(1));
}

TEST_F(AccountFileTest, ChangesAPasswordAndDeletesWithTokens) {
  AccountFile file = Open();
  ASSERT_TRUE(file.AddUser(MakeUser("alice", "correct horse"), actor_).ok());
  ASSERT_TRUE(file.CreateToken({.user = "alice", .label = "x", .expires_at = {}}, actor_).ok());
  clock_.now += 5s;
  ASSERT_TRUE(
      file.SetPassword("alice", HashPassword("battery staple", kCheap).value(), actor_).ok());
  EXPECT_EQ(VerifyPassword(file.Load()->users[0].password_hash, "battery staple"),
            PasswordCheck::kSame);
  EXPECT_EQ(file.Load()->users[0].changed_at, clock_.now);

  ASSERT_TRUE(file.DeleteUser("alice", actor_).ok());
  EXPECT_THAT(file.Load()->users, IsEmpty());
  EXPECT_THAT(file.Load()->tokens, IsEmpty());
  for (const Status& status :
       {file.DeleteUser("alice", actor_), file.SetPassword("alice", "hash", actor_)}) {
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::kNotFound);
  }
}

TEST_F(AccountFileTest, KeepsAHashOfATokenAndRevokesItOnce) {
  AccountFile file = Open();
  ASSERT_TRUE(file.AddUser(MakeUser("alice", "correct horse"), actor_).ok());
  const auto text =
      file.CreateToken({.user = "alice", .label = "scrape", .expires_at = clock_.now + 1h}, actor_);
  ASSERT_TRUE(text.ok()) << text.error().message;
  const auto parts = ParseToken(*text);
  ASSERT_TRUE(parts.has_value());

  const Accounts created = file.Load().value();
  const Token* token = created.FindToken(parts->id);
  ASSERT_NE(token, nullptr);
  EXPECT_TRUE(SameHash(token->secret_hash, HashSecret(parts->secret)));
  EXPECT_TRUE(token->IsGood(clock_.now));
  EXPECT_FALSE(token->IsGood(clock_.now + 1h));

  ASSERT_TRUE(file.NoteUse({{token->id, clock_.now + 3s}}).ok());
  ASSERT_TRUE(file.RevokeToken(parts->id, actor_).ok());
  EXPECT_EQ(file.RevokeToken(parts->id, actor_).error().code, ErrorCode::kNotFound);
  const Accounts revoked = file.Load().value();
  token = revoked.FindToken(parts->id);
  EXPECT_FALSE(token->IsGood(clock_.now));
  EXPECT_EQ(token->last_used_at, clock_.now + 3s);
  EXPECT_EQ(file.CreateToken({.user = "bob", .label = "", .expires_at = {}}, actor_).error().code,
            ErrorCode::kNotFound);
}

TEST_F(AccountFileTest, EveryChangeIsAudited) {
  AccountFile file = Open();
  ASSERT_TRUE(file.AddUser(MakeUser("alice", "correct horse"), actor_).ok());
  ASSERT_TRUE(file.SetPassword("alice", "hash", actor_).ok());
  const std::string token =
      file.CreateToken({.user = "alice", .label = "scrape", .expires_at = {}}, actor_).value();
  const std::string id(ParseToken(token)->id);
  ASSERT_TRUE(file.RevokeToken(id, actor_).ok());
  ASSERT_TRUE(file.DeleteUser("alice", actor_).ok());
  ASSERT_FALSE(file.DeleteUser("alice", actor_).ok());  // no change, no line

  const auto entries = file.AuditAfter(0);
  ASSERT_TRUE(entries.ok());
  std::vector<std::string> lines;
  for (const AuditEntry& entry : *entries) {
    lines.push_back(entry.action + "|" + entry.subject + "|" + entry.detail);
    EXPECT_EQ(entry.actor.name, "operator");
    EXPECT_EQ(entry.time, clock_.now);
    EXPECT_THAT(entry.detail, testing::Not(HasSubstr(token)));
  }
  EXPECT_THAT(lines, ElementsAre("user add|alice|role=viewer", "user passwd|alice|",
                                 "token create|" + id + R"(|user="alice" label="scrape")",
                                 "token revoke|" + id + "|", "user delete|alice|"));
  EXPECT_THAT(*file.AuditAfter(entries->back().id), IsEmpty());
}

TEST_F(AccountFileTest, VersionTellsOtherConnectionsChanges) {
  AccountFile one = Open();
  AccountFile other = Open();
  const int64_t before = one.Version().value();
  ASSERT_TRUE(other.AddUser(MakeUser("alice", "correct horse"), actor_).ok());
  EXPECT_NE(one.Version().value(), before);
  EXPECT_THAT(one.Load()->users, SizeIs(1));
}

TEST_F(AccountFileTest, APrefixThatCannotBeReadIsSaidNotLeftOut) {
  Open();
  auto database =
      store::Database::Open(folder_ + "/accounts.db", store::Database::Mode::kReadWrite, 1s);
  ASSERT_TRUE(database.ok());
  ASSERT_TRUE(database
                  ->Execute("INSERT INTO users VALUES (1, 'a', 'h', 'viewer', 0, 0);"
                            "INSERT INTO user_networks VALUES (1, 'office')")
                  .ok());
  const auto accounts = Open().Load();
  ASSERT_FALSE(accounts.ok());
  EXPECT_EQ(accounts.error().code, ErrorCode::kDataLoss);
}

TEST_F(AccountFileTest, ToOpenItIsNoChange) {
  AccountFile file = Open();
  ASSERT_TRUE(file.AddUser(MakeUser("alice", "correct horse"), actor_).ok());
  const int64_t version = *file.Version();
  Open();
  auto reader = AccountFile::OpenToRead(folder_, clock_);
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  EXPECT_EQ(reader->Load()->users.size(), 1U);
  EXPECT_FALSE(reader->DeleteUser("alice", actor_).ok());
  EXPECT_EQ(*file.Version(), version);
  EXPECT_FALSE(AccountFile::OpenToRead(folder_ + "/none", clock_).ok());
}

TEST_F(AccountFileTest, AChangedUserKeepsTheTokens) {
  AccountFile file = Open();
  ASSERT_TRUE(file.AddUser(MakeUser("alice", "correct horse"), actor_).ok());
  const TokenOrder order{.user = "alice", .label = "x", .expires_at = {}};
  ASSERT_TRUE(file.CreateToken(order, actor_).ok());
  const IpNetwork network = *IpNetwork::Parse("10.0.0.0/8");
  ASSERT_TRUE(
      file.SetUser("alice", {.role = {}, .networks = {{network}}, .interfaces = {{"eth0"}}}, actor_)
          .ok());
  ASSERT_TRUE(
      file.SetUser("alice", {.role = {}, .networks = {}, .interfaces = {{"eth1"}}}, actor_).ok());
  const Accounts accounts = file.Load().value();
  EXPECT_THAT(accounts.users[0].identity.networks, ElementsAre(network));
  EXPECT_THAT(accounts.users[0].identity.interfaces, ElementsAre("eth1"));
  EXPECT_THAT(accounts.tokens, SizeIs(1));
  EXPECT_EQ(file.AuditAfter(0)->back().detail,
            R"(role=viewer network=10.0.0.0/8 interface="eth1")");
  EXPECT_EQ(
      file.SetUser("alice", {.role = model::Role::kAdmin, .networks = {}, .interfaces = {}}, actor_)
          .error()
          .code,
      ErrorCode::kInvalidArgument);
}

TEST_F(AccountFileTest, TheAuditTellsWhichTokensWent) {
  AccountFile file = Open();
  ASSERT_TRUE(file.AddUser(MakeUser("alice", "correct horse"), actor_).ok());
  const TokenOrder order{.user = "alice", .label = "x", .expires_at = {}};
  const std::string first = *file.CreateToken(order, actor_);
  ASSERT_TRUE(file.SetPassword("alice", "hash", actor_, UserTokens::kAreRevoked).ok());
  EXPECT_EQ(file.AuditAfter(0)->back().detail,
            "revoked tokens=" + std::string(ParseToken(first)->id));
  EXPECT_FALSE(file.Load()->tokens[0].IsGood(clock_.now));
  const std::string second = *file.CreateToken(order, actor_);
  ASSERT_TRUE(file.DeleteUser("alice", actor_).ok());
  EXPECT_EQ(file.AuditAfter(0)->back().detail, "tokens=" + std::string(ParseToken(second)->id));
}

TEST_F(AccountFileTest, TheLastAdminStays) {
  AccountFile file = Open();
  ASSERT_TRUE(file.AddUser(MakeUser("root", "correct horse", model::Role::kAdmin), actor_).ok());
  ASSERT_TRUE(file.AddUser(MakeUser("alice", "correct horse"), actor_).ok());
  EXPECT_EQ(file.DeleteUser("root", actor_).error().code, ErrorCode::kConflict);
  EXPECT_EQ(
      file.SetUser("root", {.role = model::Role::kViewer, .networks = {}, .interfaces = {}}, actor_)
          .error()
          .code,
      ErrorCode::kConflict);
  ASSERT_TRUE(
      file.SetUser("alice", {.role = model::Role::kAdmin, .networks = {}, .interfaces = {}}, actor_)
          .ok());
  EXPECT_TRUE(file.DeleteUser("root", actor_).ok());
  EXPECT_FALSE(file.DeleteUser("alice", actor_).ok());
}

}  // namespace
}  // namespace wiregauge::accounts
