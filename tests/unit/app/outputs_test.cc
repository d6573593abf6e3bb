// SPDX-License-Identifier: Apache-2.0
#include "app/outputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace wiregauge::app {
namespace {

namespace fs = std::filesystem;

class OutputsTest : public testing::Test {
 protected:
  OutputsTest() {
    fs::create_directory(folder_);
    std::ofstream(In("a.pcap")) << "packets";
    fs::create_symlink(In("a.pcap"), In("symlink"));
    fs::create_hard_link(In("a.pcap"), In("hardlink"));
    fs::create_symlink(In("later"), In("dangling"));
  }
  ~OutputsTest() override { fs::remove_all(folder_); }

  std::string In(const std::string& name) const { return folder_ / name; }

  static Result<Outputs> Open(std::vector<std::string> captures, std::string flows,
                              std::string hosts) {
    config::CommandLine line;
    line.read_files = std::move(captures);
    line.flows_path = std::move(flows);
    line.hosts_path = std::move(hosts);
    return Outputs::Open(line);
  }

  // The refusal; everything in the folder is as it was.
  std::string Refusal(std::vector<std::string> captures, std::string flows, std::string hosts) {
    std::string message = "accepted";
    if (const auto outputs = Open(std::move(captures), std::move(flows), std::move(hosts));
        !outputs.ok()) {
      EXPECT_EQ(outputs.error().code, ErrorCode::kInvalidArgument);
      message = outputs.error().message;
    }
    EXPECT_EQ(fs::file_size(In("a.pcap")), 7u);
    EXPECT_FALSE(fs::exists(In("later")));
    EXPECT_FALSE(fs::exists(In("new")));
    return message;
  }

  const fs::path folder_ =
      fs::path(testing::TempDir()) / ("wiregauge_outputs_" + std::to_string(getpid()));
};

TEST_F(OutputsTest, ACaptureIsNoOutputByWhateverName) {
  for (const char* const name : {"a.pcap", "symlink", "hardlink"}) {
    EXPECT_EQ(Refusal({"/nonexistent", In("a.pcap")}, In(name), ""),
              "--flows " + In(name) + " and -r " + In("a.pcap") +
                  " are the same file; nothing was read or written");
    EXPECT_EQ(Refusal({In("a.pcap")}, "/dev/null", In(name)),
              "--hosts " + In(name) + " and -r " + In("a.pcap") +
                  " are the same file; nothing was read or written");
  }
}

TEST_F(OutputsTest, NeitherIsACaptureThatIsNotThere) {
  EXPECT_THAT(Refusal({In("new")}, In("new"), ""), testing::HasSubstr("are the same file"));
  EXPECT_THAT(Refusal({In("later")}, In("dangling"), ""), testing::HasSubstr("are the same file"));
}

TEST_F(OutputsTest, BothOutputsAreNotOneFile) {
  const auto same = testing::HasSubstr("are the same file");
  EXPECT_THAT(Refusal({}, In("a.pcap"), In("hardlink")), same);
  EXPECT_THAT(Refusal({}, In("new"), In("new")), same);
  EXPECT_THAT(Refusal({}, In("later"), In("dangling")), same);
  EXPECT_THAT(Refusal({}, In("dangling"), folder_ / "." / "later"), same);
}

TEST_F(OutputsTest, APipeIsFoundOutBeforeItHangs) {
  ASSERT_EQ(mkfifo(In("pipe").c_str(), 0600), 0);
  EXPECT_THAT(Refusal({In("pipe")}, In("pipe"), ""), testing::HasSubstr("are the same file"));
}

TEST_F(OutputsTest, NothingIsWrittenToTwice) {
  EXPECT_EQ(Refusal({"/dev/null"}, "/dev/null", "/dev/null"), "accepted");
  EXPECT_EQ(Refusal({In("a.pcap")}, In("new"), In("later")), "accepted");  // and not left behind
}

TEST_F(OutputsTest, OneThatCannotBeOpenedLeavesTheOtherAlone) {
  std::ofstream(In("old")) << "old";
  for (const char* const flows : {"old", "new"}) {
    const auto outputs = Open({In("a.pcap")}, In(flows), "/nonexistent/x");
    ASSERT_FALSE(outputs.ok());
    EXPECT_NE(outputs.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(fs::file_size(In("old")), 3u);
  EXPECT_FALSE(fs::exists(In("new")));
}

}  // namespace
}  // namespace wiregauge::app
