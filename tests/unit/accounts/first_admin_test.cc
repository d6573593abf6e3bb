// SPDX-License-Identifier: Apache-2.0
#include "accounts/first_admin.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "account_folder.h"

namespace wiregauge::accounts {
namespace {

class FirstAdminTest : public AccountFolder {
 protected:
  std::string Kept() const {
    std::ifstream file(FirstPasswordPath(folder_));
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
};

TEST_F(FirstAdminTest, IsMadeOnceAndItsPasswordIsKept) {
  AccountFile file = Open();
  const auto password = MakeFirstAdmin(file, folder_, kCheap);
  ASSERT_TRUE(password.ok()) << password.error().message;
  ASSERT_TRUE(password->has_value());
  EXPECT_EQ(Kept(), **password + "\n");
  struct stat about {};
  ASSERT_EQ(stat(FirstPasswordPath(folder_).c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  const User admin = file.Load()->users.at(0);
  EXPECT_EQ(admin.identity.user, "admin");
  EXPECT_EQ(admin.identity.role, model::Role::kAdmin);
  EXPECT_EQ(VerifyPassword(admin.password_hash, **password), PasswordCheck::kSame);

  EXPECT_FALSE(MakeFirstAdmin(file, folder_, kCheap).value().has_value());
  ASSERT_TRUE(ForgetFirstPassword(folder_).ok());
  EXPECT_EQ(Kept(), "");
  EXPECT_TRUE(ForgetFirstPassword(folder_).ok());
}

TEST_F(FirstAdminTest, NobodyIsMadeWhereSomebodyIs) {
  AccountFile file = Open();
  ASSERT_TRUE(file.AddUser(MakeUser("alice", "correct horse"), actor_).ok());
  EXPECT_FALSE(MakeFirstAdmin(file, folder_, kCheap).value().has_value());
  EXPECT_EQ(Kept(), "");
}

TEST_F(FirstAdminTest, WithoutThePasswordsFileThereIsNoAdmin) {
  AccountFile file = Open();
  std::filesystem::create_directory(FirstPasswordPath(folder_));
  EXPECT_FALSE(MakeFirstAdmin(file, folder_, kCheap).ok());
  EXPECT_TRUE(file.Load()->users.empty());
}

}  // namespace
}  // namespace wiregauge::accounts
