// SPDX-License-Identifier: Apache-2.0
#include "store/migrations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

namespace wiregauge::store {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr Migration kFirst = {1, "0001_a.sql", "CREATE TABLE a (x);"};
constexpr Migration kSecond = {2, "0002_b.sql",
                               "CREATE TABLE b (x); INSERT INTO b SELECT x FROM a;"};
constexpr Migration kBroken = {3, "0003_c.sql",
                               "CREATE TABLE c (x); INSERT INTO nothing VALUES (1);"};

class MigrationsTest : public testing::Test {
 protected:
  MigrationsTest() {
    std::string name = testing::TempDir() + "migrations_XXXXXX";
    folder_ = mkdtemp(name.data());
    database_ = Database::Open(folder_ + "/test.db", Database::Mode::kReadWrite, 10ms).value();
  }
  ~MigrationsTest() override { std::filesystem::remove_all(folder_); }
  int64_t Version() { return *database_->QueryInteger("PRAGMA user_version"); }

  std::string folder_;
  std::optional<Database> database_;
};

TEST_F(MigrationsTest, AppliesWhatIsMissingInOrder) {
  const Migration one[] = {kFirst}, two[] = {kFirst, kSecond};
  ASSERT_TRUE(Migrate(*database_, one).ok());
  EXPECT_EQ(Version(), 1);
  ASSERT_TRUE(database_->Execute("INSERT INTO a VALUES (7)").ok());
  ASSERT_TRUE(Migrate(*database_, two).ok());
  ASSERT_TRUE(Migrate(*database_, two).ok());
  EXPECT_EQ(Version(), 2);
  EXPECT_EQ(*database_->QueryInteger("SELECT x FROM b"), 7);
}

TEST_F(MigrationsTest, AStepThatFailsLeavesTheVersionBeforeIt) {
  const Migration all[] = {kFirst, kSecond, kBroken};
  const Status status = Migrate(*database_, all);
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("migration 0003_c.sql: "));
  EXPECT_EQ(Version(), 2);
  EXPECT_EQ(*database_->QueryInteger("SELECT count(*) FROM sqlite_schema WHERE name = 'c'"), 0);
}

TEST_F(MigrationsTest, RefusesANewerFile) {
  const Migration one[] = {kFirst}, two[] = {kFirst, kSecond};
  ASSERT_TRUE(Migrate(*database_, two).ok());
  const Status status = Migrate(*database_, one);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kConflict);
  EXPECT_THAT(status.error().message, HasSubstr("is of version 2, written by a newer wiregauge"));
}

// Every schema from every older version on: what was in it is still there. A migration's test adds
// the rows that its predecessors held.
TEST_F(MigrationsTest, TheBuiltInOnesApplyOneByOne) {
  for (const char* schema : {"history"}) {
    const auto migrations = MigrationsOf(schema);
    ASSERT_FALSE(migrations.empty()) << schema;
    std::filesystem::remove(folder_ + "/steps.db");
    auto database = Database::Open(folder_ + "/steps.db", Database::Mode::kReadWrite, 10ms);
    for (size_t i = 1; i <= migrations.size(); ++i) {
      const Status status = Migrate(*database, migrations.first(i));
      ASSERT_TRUE(status.ok()) << status.error().message;
    }
  }
  EXPECT_TRUE(MigrationsOf("none").empty());
}

}  // namespace
}  // namespace wiregauge::store
