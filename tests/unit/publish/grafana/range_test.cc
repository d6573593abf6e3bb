// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/range.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wiregauge::grafana {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kInstant = 1'700'000'000;  // 2023-11-14T22:13:20Z

Result<timeseries::Range> Read(std::string_view text) {
  const auto parsed = json::Parsed::Parse(text);
  return ReadRange(parsed->root(), Timestamp(std::chrono::seconds(kInstant)));
}

TEST(Range, IsTheLastHourWhereNothingIsSaid) {
  for (const char* const text : {"{}", "null", "[]", R"({"raw": {"from": "now-6h"}})"}) {
    const auto range = Read(text);
    ASSERT_TRUE(range.ok()) << text;
    EXPECT_EQ(range->from, kInstant - 3600);
    EXPECT_EQ(range->to, kInstant);
  }
  const auto range = Read(R"({"to": 1000000000})");
  ASSERT_TRUE(range.ok());
  EXPECT_EQ(range->from, 1'000'000'000 - 3600);
}

TEST(Range, IsOfTextOrNumbers) {
  for (const char* const from :
       {R"("2023-11-14T22:13:20.000Z")", R"("2023-11-15T00:13:20+02:00")", R"("1700000000")",
        R"("1700000000000")", "1700000000", "1700000000000", "1.7e9", "1700000000.5"}) {
    const auto range = Read(R"({"to": 1700000001, "from": )" + std::string(from) + "}");
    ASSERT_TRUE(range.ok()) << from;
    EXPECT_EQ(range->from, kInstant) << from;
  }
}

TEST(Range, RoundsOutwards) {
  const auto range =
      Read(R"({"from": "2023-11-14T22:13:20.999Z", "to": "2023-11-14T22:13:21.001Z"})");
  ASSERT_TRUE(range.ok());
  EXPECT_EQ(range->from, kInstant);
  EXPECT_EQ(range->to, kInstant + 2);
}

TEST(Range, EndsNotLongAfterToday) {
  const auto range = Read(R"({"from": 0, "to": "2261-12-31T00:00:00Z"})");
  ASSERT_TRUE(range.ok());
  EXPECT_EQ(range->from, 0);
  EXPECT_EQ(range->to, kInstant + 366 * 86400);
}

TEST(Range, RefusesWhatIsNone) {
  const auto backwards = Read(R"({"from": 2000, "to": 1000})");
  ASSERT_FALSE(backwards.ok());
  EXPECT_THAT(backwards.error().message, HasSubstr("later"));
  for (const char* const text : {R"({"from": "yesterday"})", R"({"from": {}})", R"({"from": true})",
                                 R"({"from": null})", R"({"from": -1})", R"({"from": 1e300})"}) {
    const auto range = Read(text);
    ASSERT_FALSE(range.ok()) << text;
    EXPECT_EQ(range.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(range.error().message, HasSubstr("range.from is neither"));
  }
}

}  // namespace
}  // namespace wiregauge::grafana
