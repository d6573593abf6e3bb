// SPDX-License-Identifier: Apache-2.0
#include "store/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace wiregauge::store {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() {
    std::string name = testing::TempDir() + "store_XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~DatabaseTest() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/test.db"; }
  Database Open() {
    auto database = Database::Open(path(), Database::Mode::kReadWrite, 10ms);
    EXPECT_TRUE(database.ok()) << database.error().message;
    return std::move(database).value();
  }

  std::string folder_;
};

TEST_F(DatabaseTest, KeepsRealNumbers) {
  Database database = Open();
  ASSERT_TRUE(database.Execute("CREATE TABLE t (a REAL) STRICT").ok());
  auto insert = database.Prepare("INSERT INTO t VALUES (?)");
  ASSERT_TRUE(insert.ok());
  ASSERT_TRUE(insert->BindReal(1, 0.1).Run().ok());
  ASSERT_TRUE(insert->BindNull(1).Run().ok());
  auto select = database.Prepare("SELECT a FROM t ORDER BY rowid");
  ASSERT_TRUE(*select->Step());
  EXPECT_EQ(select->MaybeReal(0), 0.1);
  ASSERT_TRUE(*select->Step());
  EXPECT_EQ(select->MaybeReal(0), std::nullopt);
}

TEST_F(DatabaseTest, KeepsWhatIsCommitted) {
  {
    Database database = Open();
    ASSERT_TRUE(database.Execute("CREATE TABLE t (a INTEGER, b TEXT, c BLOB)").ok());
    auto insert = database.Prepare("INSERT INTO t VALUES (?, ?, ?)");
    ASSERT_TRUE(insert.ok());
    const uint8_t blob[] = {0, 1, 255};
    ASSERT_TRUE(insert->Bind(1, int64_t{-5}).Bind(2, "text").Bind(3, blob).Run().ok());
    ASSERT_TRUE(insert->BindNull(1).Bind(2, "").Bind(3, std::span<const uint8_t>()).Run().ok());
    EXPECT_EQ(database.last_insert_rowid(), 2);
  }
  Database database = Open();
  auto select = database.Prepare("SELECT a, b, c FROM t ORDER BY rowid");
  ASSERT_TRUE(select.ok());
  ASSERT_TRUE(*select->Step());
  EXPECT_EQ(select->Integer(0), -5);
  EXPECT_EQ(select->Text(1), "text");
  EXPECT_EQ(select->Blob(2).size(), 3U);
  EXPECT_EQ(select->Blob(2)[2], 255);
  ASSERT_TRUE(*select->Step());
  EXPECT_EQ(select->MaybeInteger(0), std::nullopt);
  EXPECT_EQ(select->Text(1), "");
  EXPECT_EQ(select->MaybeText(1), "");
  EXPECT_EQ(select->MaybeText(0), std::nullopt);
  EXPECT_TRUE(select->Blob(2).empty());
  EXPECT_FALSE(*select->Step());
}

TEST_F(DatabaseTest, OnlyItsOwnerReadsIt) {
  Database database = Open();
  ASSERT_TRUE(database.Execute("CREATE TABLE t (a)").ok());
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat info {};
    ASSERT_EQ(stat((path() + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 0777, 0600U) << suffix;
  }
}

TEST_F(DatabaseTest, ToOpenItIsNoChange) {
  Database database = Open();
  EXPECT_EQ(*database.QueryInteger("PRAGMA auto_vacuum"), 2);
  ASSERT_TRUE(database.Execute("CREATE TABLE t (a)").ok());
  const auto version = database.QueryInteger("PRAGMA data_version");
  ASSERT_TRUE(version.ok());
  Open();
  EXPECT_EQ(*database.QueryInteger("PRAGMA data_version"), *version);
  auto transaction = Transaction::Begin(database);
  ASSERT_TRUE(transaction.ok());
  EXPECT_EQ(*Open().QueryInteger("PRAGMA auto_vacuum"), 2);  // needs no lock
}

TEST_F(DatabaseTest, RollsBackWhatIsNotCommitted) {
  Database database = Open();
  ASSERT_TRUE(database.Execute("CREATE TABLE t (a)").ok());
  {
    auto transaction = Transaction::Begin(database);
    ASSERT_TRUE(transaction.ok());
    ASSERT_TRUE(database.Execute("INSERT INTO t VALUES (1)").ok());
  }
  EXPECT_EQ(*database.QueryInteger("SELECT count(*) FROM t"), 0);
  auto transaction = Transaction::Begin(database);
  ASSERT_TRUE(database.Execute("INSERT INTO t VALUES (1)").ok());
  ASSERT_TRUE(transaction->Commit().ok());
  EXPECT_EQ(*database.QueryInteger("SELECT count(*) FROM t"), 1);
}

TEST_F(DatabaseTest, ReadersReadWhileOneWrites) {
  Database writer = Open();
  ASSERT_TRUE(writer.Execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)").ok());
  auto reader = Database::Open(path(), Database::Mode::kReadOnly, 10ms);
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  auto transaction = Transaction::Begin(writer);
  ASSERT_TRUE(writer.Execute("INSERT INTO t VALUES (2)").ok());
  EXPECT_EQ(*reader->QueryInteger("SELECT count(*) FROM t"), 1);
  ASSERT_TRUE(transaction->Commit().ok());
  EXPECT_EQ(*reader->QueryInteger("SELECT count(*) FROM t"), 2);
  EXPECT_EQ(reader->Execute("INSERT INTO t VALUES (3)").error().code, ErrorCode::kPermissionDenied);
}

TEST_F(DatabaseTest, SaysThatItIsLocked) {
  Database first = Open(), second = Open();
  auto transaction = Transaction::Begin(first);
  ASSERT_TRUE(transaction.ok());
  const auto refused = Transaction::Begin(second);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr(path() + ": database is locked"));
}

TEST_F(DatabaseTest, SaysThatItIsDamaged) {
  std::ofstream(path()) << std::string(8192, 'x');
  const auto opened = Database::Open(path(), Database::Mode::kReadWrite, 10ms);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::kDataLoss);
  EXPECT_THAT(opened.error().message, HasSubstr("not a database"));
}

TEST_F(DatabaseTest, SaysThatItCannotBeOpened) {
  const auto opened = Database::Open(folder_ + "/none/test.db", Database::Mode::kReadWrite, 10ms);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(opened.error().message, HasSubstr("No such file or directory"));
}

TEST_F(DatabaseTest, TellsABrokenConstraint) {
  Database database = Open();
  ASSERT_TRUE(database.Execute("CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)").ok());
  EXPECT_EQ(database.Execute("INSERT INTO t VALUES (1)").error().code, ErrorCode::kConflict);
}

TEST_F(DatabaseTest, IsSetAsideUnderAFreeName) {
  const Timestamp now{1'700'000'000s};
  for (const char* expected :
       {"/test.db.damaged-20231114T221320Z", "/test.db.damaged-20231114T221320Z-2"}) {
    std::ofstream(path()) << "broken";
    std::ofstream(path() + "-wal") << "log";
    const auto name = SetAside(path(), now);
    ASSERT_TRUE(name.ok()) << name.error().message;
    EXPECT_EQ(*name, folder_ + expected);
    EXPECT_TRUE(std::filesystem::exists(*name + "-wal"));
    EXPECT_FALSE(std::filesystem::exists(path()));
    EXPECT_FALSE(std::filesystem::exists(path() + "-wal"));
  }
}

}  // namespace
}  // namespace wiregauge::store
