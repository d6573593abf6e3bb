// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <gtest/gtest.h>

namespace wiregauge {
namespace {

using namespace std::chrono_literals;

TEST(TimeTest, PrintsRfc3339WithMicroseconds) {
  EXPECT_EQ(FormatRfc3339(Timestamp{}), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(FormatRfc3339(Timestamp(1'700'000'000s + 123'456'789ns)),
            "2023-11-14T22:13:20.123456Z");
  EXPECT_EQ(FormatRfc3339(Timestamp(-1ns)), "1969-12-31T23:59:59.999999Z");
}

TEST(TimeTest, RoundsSecondsDown) {
  EXPECT_EQ(UnixSeconds(Timestamp(1999ms)), 1);
  EXPECT_EQ(UnixSeconds(Timestamp(-1ms)), -1);
}

TEST(TimeTest, ReadsDurations) {
  EXPECT_EQ(ParseDuration("90"), 90s);
  EXPECT_EQ(ParseDuration("250ms"), 250ms);
  EXPECT_EQ(ParseDuration("5m"), 5min);
  EXPECT_EQ(ParseDuration("24h"), 24h);
  for (const char* text : {"", "s", "-1s", "1d", "1.5s", "1 s", "9223372036854775807h"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

}  // namespace
}  // namespace wiregauge
