// SPDX-License-Identifier: Apache-2.0
#include "store/file_lock.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace wiregauge::store {
namespace {

TEST(FileLockTest, OneHasItAtATime) {
  const std::string path = testing::TempDir() + "file_lock_test.lock";
  {
    auto first = FileLock::Take(path);
    ASSERT_TRUE(first.ok());
    const auto second = FileLock::Take(path);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().message, path + ": another process has it");
    const FileLock moved = std::move(first).value();
    EXPECT_FALSE(FileLock::Take(path).ok());
  }
  EXPECT_TRUE(FileLock::Take(path).ok());
  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::filesystem::remove(path);
}

TEST(FileLockTest, WhereNoFileCanBeThereIsNoLock) {
  const auto lock = FileLock::Take("/proc/no_such_folder/lock");
  ASSERT_FALSE(lock.ok());
  EXPECT_EQ(lock.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace wiregauge::store
