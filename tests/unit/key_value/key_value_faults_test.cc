// SPDX-License-Identifier: Apache-2.0
// What the store does when somebody has been at its file, or it cannot be had.
#include <fstream>

#include "store/database.h"
#include "store_folder.h"

namespace wiregauge::key_value {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class KeyValueFaultsTest : public KeyValueTest {
 protected:
  void Damage() {
    std::ofstream(options_.path, std::ios::trunc) << std::string(8192, 'x');
    std::filesystem::remove(options_.path + "-wal");
  }
  store::Database Other() {
    auto other = store::Database::Open(options_.path, store::Database::Mode::kReadWrite, 10ms);
    EXPECT_TRUE(other.ok());
    return std::move(other).value();
  }
};

TEST_F(KeyValueFaultsTest, WhatCannotBeReadAtFirstComesLater) {
  Start();
  ASSERT_TRUE(store_->Set({"s", "old"}, "1").ok());
  ASSERT_TRUE(store_->HashSet({"s", "changed"}, "a", "1").ok());
  ASSERT_TRUE(store_->Set({"s", "deleted"}, "1").ok());
  store_.reset();
  const std::string away = folder_ + "/away";
  std::filesystem::rename(options_.path, away);
  std::filesystem::create_directory(options_.path);
  Start();
  EXPECT_FALSE(store_->state().available);
  EXPECT_THAT(store_->state().problem, HasSubstr("scripts.db"));
  ASSERT_TRUE(store_->HashSet({"s", "changed"}, "b", "2").ok());
  ASSERT_TRUE(store_->Set({"s", "deleted"}, "2").ok());
  store_->Delete({"s", "deleted"});
  EXPECT_FALSE(Flush());
  std::filesystem::remove(options_.path);
  std::filesystem::rename(away, options_.path);
  ASSERT_TRUE(Flush()) << store_->state().problem;
  const auto check = [this] {
    EXPECT_EQ(Text("old"), "1");
    EXPECT_EQ(store_->HashFields({"s", "changed"}, 9).value(), std::vector<std::string>{"b"});
    EXPECT_EQ(Text("deleted"), "none");
  };
  check();
  Restart();
  check();
}

TEST_F(KeyValueFaultsTest, ADamagedFileIsSetAsideAndWrittenAnew) {
  Start();
  ASSERT_TRUE(store_->Set({"s", "a"}, "1").ok());
  ASSERT_TRUE(store_->HashSet({"s", "h"}, "f", "1").ok());
  ASSERT_TRUE(Flush());
  std::filesystem::resize_file(options_.path, 0);
  ASSERT_TRUE(Flush()) << store_->state().problem;
  EXPECT_EQ(store_->state().files_set_aside, 1u);
  Restart();
  EXPECT_EQ(Text("a"), "1");
  EXPECT_EQ(store_->HashGet({"s", "h"}, "f").value(), "1");
}

TEST_F(KeyValueFaultsTest, WhatIsNoDatabaseIsSetAsideAtTheStart) {
  Damage();
  Start();
  EXPECT_TRUE(store_->state().available) << store_->state().problem;
  EXPECT_EQ(store_->state().files_set_aside, 1u);
  ASSERT_TRUE(store_->Set({"s", "a"}, "1").ok());
  Restart();
  EXPECT_EQ(Text("a"), "1");
  EXPECT_EQ(store_->state().files_set_aside, 0u);
}

TEST_F(KeyValueFaultsTest, ARemovedFileIsWrittenAnew) {
  Start();
  ASSERT_TRUE(store_->Set({"s", "a"}, "1").ok());
  ASSERT_TRUE(Flush());
  std::filesystem::remove(options_.path);
  ASSERT_TRUE(Flush()) << store_->state().problem;
  Restart();
  EXPECT_EQ(Text("a"), "1");
}

TEST_F(KeyValueFaultsTest, WhatCannotBeWrittenIsWrittenLater) {
  Start();
  ASSERT_TRUE(store_->HashSet({"s", "h"}, "a", "1").ok());
  ASSERT_TRUE(Flush());
  {
    store::Database other = Other();
    const auto locked = store::Transaction::Begin(other);
    ASSERT_TRUE(locked.ok());
    ASSERT_TRUE(store_->HashSet({"s", "h"}, "b", "2").ok());
    ASSERT_TRUE(store_->Set({"s", "k"}, "1").ok());
    EXPECT_FALSE(Flush());
    EXPECT_THAT(store_->state().problem, HasSubstr("locked"));
    ASSERT_TRUE(store_->HashSet({"s", "h"}, "c", "3").ok());
    ASSERT_TRUE(store_->HashDelete({"s", "h"}, "a").ok());
  }
  ASSERT_TRUE(Flush()) << store_->state().problem;
  Restart();
  EXPECT_EQ(store_->HashFields({"s", "h"}, 9).value(), (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(Text("k"), "1");
}

TEST_F(KeyValueFaultsTest, AnotherProcessKeepsTheFile) {
  auto lock = store::FileLock::Take(options_.path + ".lock");
  ASSERT_TRUE(lock.ok());
  Start();
  EXPECT_FALSE(store_->state().available);
  EXPECT_TRUE(store_->Set({"s", "a"}, "1").ok());
  EXPECT_EQ(Text("a"), "1");
  EXPECT_FALSE(std::filesystem::exists(options_.path));
}

// Changes that wait are bounded also when they are of what is gone.
TEST_F(KeyValueFaultsTest, TooManyChangesBeforeTheFileCouldBeReadGiveItUp) {
  Start();
  ASSERT_TRUE(store_->Set({"s", "old"}, "1").ok());
  store_.reset();
  options_.most_bytes = 10'000;
  {
    auto lock = store::FileLock::Take(options_.path + ".lock");
    ASSERT_TRUE(lock.ok());
    Start();
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(store_->Set({"s", "key" + std::to_string(i)}, "1").ok());
      if (i > 0) store_->Delete({"s", "key" + std::to_string(i)});
    }
  }
  ASSERT_TRUE(Flush()) << store_->state().problem;
  EXPECT_EQ(store_->state().entries_given_up, 1u);
  Restart();
  EXPECT_EQ(store_->Keys("s", "*", 9), std::vector<std::string>{"key0"});
}

}  // namespace
}  // namespace wiregauge::key_value
