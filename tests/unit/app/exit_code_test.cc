// SPDX-License-Identifier: Apache-2.0
#include "app/exit_code.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace wiregauge::app {
namespace {

// A pcap file without packets.
std::string PcapHeader(char link_type) {
  std::string header("\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\0\0\0\0", 24);
  header[20] = link_type;
  return header;
}

class ExitCodeTest : public testing::Test {
 protected:
  ~ExitCodeTest() override { std::filesystem::remove(path_); }

  ExitCode OfFile(ErrorCode code, const std::string& content) {
    std::ofstream(path_, std::ios::binary) << content;
    shard::EngineOptions options;
    options.sources = {{.name = "a.pcap", .path_or_interface = path_, .live = false}};
    return ExitCodeOfStart(Error{code, "whatever it says"}, options);
  }

  const std::string path_ =
      std::filesystem::path(testing::TempDir()) / ("wiregauge_exit_" + std::to_string(getpid()));
};

TEST_F(ExitCodeTest, ASourceThatOpensWithoutTheFilterTellsThatTheFilterIsBad) {
  EXPECT_EQ(OfFile(ErrorCode::kInvalidArgument, PcapHeader(1)), ExitCode::kBadConfiguration);
  EXPECT_EQ(OfFile(ErrorCode::kInvalidArgument, PcapHeader(127)), ExitCode::kFailure);
}

TEST_F(ExitCodeTest, NotBeingAllowedToReadAFileIsNoMissingRightToCapture) {
  EXPECT_EQ(OfFile(ErrorCode::kPermissionDenied, PcapHeader(1)), ExitCode::kFailure);
}

TEST_F(ExitCodeTest, TheRestIsFailure) {
  for (const ErrorCode code : {ErrorCode::kNotFound, ErrorCode::kUnavailable, ErrorCode::kDataLoss,
                               ErrorCode::kInternal}) {
    EXPECT_EQ(OfFile(code, "words"), ExitCode::kFailure);
  }
}

}  // namespace
}  // namespace wiregauge::app
