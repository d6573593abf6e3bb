// SPDX-License-Identifier: Apache-2.0
#include "app/output_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace wiregauge::app {
namespace {

using testing::HasSubstr;

class OutputFileTest : public testing::Test {
 protected:
  ~OutputFileTest() override { std::filesystem::remove(path_); }

  std::string Content() const {
    std::stringstream text;
    text << std::ifstream(path_).rdbuf();
    return text.str();
  }

  const std::string path_ =
      std::filesystem::path(testing::TempDir()) / ("wiregauge_output_" + std::to_string(getpid()));
};

TEST_F(OutputFileTest, EverythingArrivesInOrder) {
  auto file = std::move(OutputFile::Open(path_)).value();
  std::string expected;
  for (int i = 0; i < 300000; ++i) {
    const std::string line = std::to_string(i) + "\n";
    file->buffer() += line;
    expected += line;
    file->Appended();
  }
  EXPECT_TRUE(file->Finish().ok());
  EXPECT_GT(expected.size(), size_t{1} << 20);
  EXPECT_TRUE(Content() == expected);
}

TEST_F(OutputFileTest, AnOldFileIsEmptied) {
  std::ofstream(path_) << "old and long";
  auto file = std::move(OutputFile::Open(path_)).value();
  file->buffer() += "new";
  EXPECT_TRUE(file->Finish().ok());
  EXPECT_EQ(Content(), "new");
}

TEST_F(OutputFileTest, AnOldFileStaysUntilItIsReplaced) {
  std::ofstream(path_) << "old";
  EXPECT_TRUE(OutputFile::Open(path_).value()->Finish().ok());
  EXPECT_EQ(Content(), "old");
  auto file = std::move(OutputFile::Open(path_)).value();
  EXPECT_EQ(Content(), "old");
  file->Replace();
  EXPECT_TRUE(file->Finish().ok());
  EXPECT_EQ(Content(), "");
}

TEST_F(OutputFileTest, AFileThatNothingCameToIsNotLeft) {
  EXPECT_TRUE(OutputFile::Open(path_).value()->Finish().ok());
  EXPECT_FALSE(std::filesystem::exists(path_));
  const std::string link = path_ + "_link";
  std::filesystem::create_symlink(path_, link);
  {
    const auto file = OutputFile::Open(link);
    ASSERT_TRUE(file.ok());
    EXPECT_TRUE(std::filesystem::exists(path_));
  }
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  std::filesystem::remove(link);
  auto file = std::move(OutputFile::Open(path_)).value();
  file->Replace();
  EXPECT_TRUE(file->Finish().ok());
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST(OutputFile, AFullDiskIsSaidAtTheLatestAtTheEnd) {
  auto file = std::move(OutputFile::Open("/dev/full")).value();
  file->buffer() += "x";
  file->Appended();
  EXPECT_FALSE(file->failed());
  const Status status = file->Finish();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "/dev/full: cannot be written: No space left on device");
}

TEST(OutputFile, AFailureShowsWhileWriting) {
  auto file = std::move(OutputFile::Open("/dev/full")).value();
  file->buffer().assign(2 << 20, 'x');
  file->Appended();
  EXPECT_TRUE(file->failed());
  EXPECT_FALSE(file->Finish().ok());
}

TEST(OutputFile, WhatCannotBeOpenedIsNamed) {
  const auto file = OutputFile::Open("/nonexistent/x");
  ASSERT_FALSE(file.ok());
  EXPECT_THAT(file.error().message, HasSubstr("/nonexistent/x: cannot be written: No such file"));
}

}  // namespace
}  // namespace wiregauge::app
