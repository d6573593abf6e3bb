// SPDX-License-Identifier: Apache-2.0
#include "model/icmp.h"

#include <gtest/gtest.h>

namespace wiregauge::model {
namespace {

TEST(IcmpTest, NamesAreIanas) {
  EXPECT_STREQ(IcmpTypeName({1, 8, 0}), "Echo Request");
  EXPECT_STREQ(IcmpTypeName({1, 3, 3}), "Destination Unreachable");
  EXPECT_STREQ(IcmpCodeName({1, 3, 3}), "Port Unreachable");
  EXPECT_STREQ(IcmpTypeName({58, 128, 0}), "Echo Request");
  EXPECT_STREQ(IcmpTypeName({58, 3, 0}), "Time Exceeded");
  EXPECT_STREQ(IcmpCodeName({58, 1, 4}), "Port Unreachable");
  EXPECT_EQ(IcmpTypeName({1, 200, 0}), nullptr);
  EXPECT_EQ(IcmpTypeName({58, 8, 0}), nullptr);
  EXPECT_EQ(IcmpCodeName({1, 8, 0}), nullptr);
}

TEST(IcmpTest, TheSumIsExactWhateverTheKinds) {
  IcmpTallies tallies;
  for (int type = 0; type < 200; ++type) {
    tallies.RowOf({1, static_cast<uint8_t>(type), 0}).sent.Add(100);
    tallies.RowOf({1, static_cast<uint8_t>(type), 0}).received.Add(50);
  }
  EXPECT_EQ(tallies.items.size(), IcmpTallies::kMost);
  IcmpTallies both = tallies;
  both.Merge(tallies);
  TwoWay sum = both.other;
  for (const auto& [key, traffic] : both.items) sum += traffic;
  EXPECT_EQ(sum, (TwoWay{{400, 40'000}, {400, 20'000}}));
  EXPECT_EQ(both.items[0].second, (TwoWay{{2, 200}, {2, 100}}));
}

}  // namespace
}  // namespace wiregauge::model
