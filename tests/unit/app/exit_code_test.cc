// SPDX-License-Identifier: Apache-2.0
#include "app/exit_code.h"

#include <gtest/gtest.h>

namespace wiregauge::app {
namespace {

class ExitCodeTest : public testing::Test {
 protected:
  ExitCodeTest() {
    options_.sources = {{.name = "eth0", .path_or_interface = "eth0", .live = true},
                        {.name = "a.pcap", .path_or_interface = "/x/a.pcap", .live = false}};
  }
  ExitCode Of(ErrorCode code, const std::string& message) {
    return ExitCodeOfStart(Error{code, message}, options_);
  }

  shard::EngineOptions options_;
};

TEST_F(ExitCodeTest, NotBeingAllowedToCaptureIsNotTheSameAsToReadAFile) {
  EXPECT_EQ(Of(ErrorCode::kPermissionDenied, "capture on eth0: not permitted"),
            ExitCode::kNotPermitted);
  EXPECT_EQ(Of(ErrorCode::kPermissionDenied, "/x/a.pcap: cannot be opened: Permission denied"),
            ExitCode::kFailure);
}

TEST_F(ExitCodeTest, ABadFilterIsBadConfiguration) {
  EXPECT_EQ(Of(ErrorCode::kInvalidArgument, "filter \"bogus\": syntax error"),
            ExitCode::kBadConfiguration);
  EXPECT_EQ(Of(ErrorCode::kInvalidArgument, "/x/a.pcap: link type 147 is not supported"),
            ExitCode::kFailure);
}

TEST_F(ExitCodeTest, TheRestIsFailure) {
  for (const ErrorCode code : {ErrorCode::kNotFound, ErrorCode::kUnavailable, ErrorCode::kDataLoss,
                               ErrorCode::kInternal}) {
    EXPECT_EQ(Of(code, "interface \"x\" does not exist"), ExitCode::kFailure);
  }
}

}  // namespace
}  // namespace wiregauge::app
