// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <gtest/gtest.h>

#include <vector>

namespace wiregauge {
namespace {

std::string Captured(log::Format format) {
  testing::internal::CaptureStderr();
  log::Configure(log::Level::kInfo, format);
  log::Debug("test", "not shown");
  log::Warning("test", "interface is gone",
               {{"interface", "eth0"}, {"reason", "it \"went\" away\n"}});
  return testing::internal::GetCapturedStderr();
}

TEST(LogTest, TextHasTimeLevelRoomAndQuotedFields) {
  EXPECT_EQ(Captured(log::Format::kText).substr(27),
            " warning test: interface is gone interface=eth0 reason=\"it \\\"went\\\" away\\n\"\n");
}

TEST(LogTest, JournalHasThePriorityAndNoTime) {
  EXPECT_EQ(Captured(log::Format::kJournal).substr(0, 3), "<4>");
}

TEST(LogTest, FieldsMayBeMadeAtRunTime) {
  const std::vector<log::Field> fields = {{"a", "1"}, {"b", "2"}};
  testing::internal::CaptureStderr();
  log::Configure(log::Level::kInfo, log::Format::kText);
  log::Write(log::Level::kError, "test", "it failed", fields);
  log::Write(log::Level::kDebug, "test", "not shown", fields);
  EXPECT_EQ(testing::internal::GetCapturedStderr().substr(27), " error test: it failed a=1 b=2\n");
}

TEST(LogTest, JsonIsOneObjectALine) {
  const std::string line = Captured(log::Format::kJson);
  EXPECT_EQ(line.front(), '{');
  EXPECT_NE(line.find("\"level\":\"warning\""), std::string::npos);
  EXPECT_NE(line.find("\"interface\":\"eth0\""), std::string::npos);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST(LogTest, ReadsItsOwnNames) {
  EXPECT_EQ(log::ParseLevel("warning"), log::Level::kWarning);
  EXPECT_FALSE(log::ParseLevel("loud"));
  EXPECT_EQ(log::ParseFormat("json"), log::Format::kJson);
  EXPECT_FALSE(log::ParseFormat("xml"));
}

}  // namespace
}  // namespace wiregauge
