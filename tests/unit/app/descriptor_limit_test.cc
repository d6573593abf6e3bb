// SPDX-License-Identifier: Apache-2.0
#include "app/descriptor_limit.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

namespace wiregauge::app {
namespace {

class DescriptorLimitTest : public testing::Test {
 protected:
  DescriptorLimitTest() {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit low = before_;
    low.rlim_cur = 64;
    setrlimit(RLIMIT_NOFILE, &low);
  }
  ~DescriptorLimitTest() override { setrlimit(RLIMIT_NOFILE, &before_); }

  static rlim_t Soft() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
  }
  static std::string Raise(uint32_t connections) {
    testing::internal::CaptureStderr();
    RaiseDescriptorLimit(connections);
    return testing::internal::GetCapturedStderr();
  }

  rlimit before_{};
};

TEST_F(DescriptorLimitTest, IsRaisedAndNeverLowered) {
  EXPECT_EQ(Raise(200), "");
  EXPECT_EQ(Soft(), 300U);
  EXPECT_EQ(Raise(10), "");
  EXPECT_EQ(Soft(), 300U);
}

TEST_F(DescriptorLimitTest, TheHardLimitHoldsAndIsTold) {
  if (before_.rlim_max > UINT32_MAX) GTEST_SKIP();
  EXPECT_THAT(Raise(static_cast<uint32_t>(before_.rlim_max)), testing::HasSubstr("fewer files"));
  EXPECT_EQ(Soft(), before_.rlim_max);
}

}  // namespace
}  // namespace wiregauge::app
