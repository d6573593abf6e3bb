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
  EXPECT_EQ(ParseDuration("30d"), 720h);
  for (const char* text : {"", "s", "-1s", "1w", "1.5s", "1 s", "9223372036854775807h"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

TEST(TimeTest, ReadsInstants) {
  const Timestamp instant(1'700'000'000s);
  for (const char* text :
       {"1700000000", "1700000000000", "2023-11-14T22:13:20Z", "2023-11-14t22:13:20z",
        "2023-11-14T22:13:20.000Z", "2023-11-14T23:43:20+01:30", "2023-11-14T23:43:20 01:30",
        "2023-11-14T20:13:20-02:00", "2023-11-14 22:13:20Z"}) {
    EXPECT_EQ(ParseTimestamp(text), instant) << text;
  }
  EXPECT_EQ(ParseTimestamp("0"), Timestamp{});
  EXPECT_EQ(ParseTimestamp("1700000000.25"), instant + 250ms);
  EXPECT_EQ(ParseTimestamp("99999999999"), std::nullopt) << "seconds beyond what can be counted";
  EXPECT_EQ(ParseTimestamp("100000000000"), Timestamp(100'000'000s));
  EXPECT_EQ(ParseTimestamp("2023-11-14T22:13:20.1234567891Z"), instant + 123'456'789ns);
  EXPECT_EQ(ParseTimestamp("2016-12-31T23:59:60Z"), ParseTimestamp("2017-01-01T00:00:00Z"));
  for (const char* text : {"", "x", "-1", "1.", "1e9", "1700000000000.5", "2023-11-14",
                           "2023-11-14T22:13:20", "2023-13-14T22:13:20Z", "2023-02-29T22:13:20Z",
                           "2023-11-14T24:13:20Z", "2023-11-14T22:13:20.Z", "2023-11-14T22:13:20Z ",
                           "2023-11-14T22:13:20+1:00", "2023-11-14T22:13Z", "1969-12-31T23:59:59Z",
                           "9999-12-31T23:59:59Z", "9223372036854775807"}) {
    EXPECT_FALSE(ParseTimestamp(text)) << text;
  }
}

}  // namespace
}  // namespace wiregauge
