// SPDX-License-Identifier: Apache-2.0
#include "model/mac_vendors.h"

#include <gtest/gtest.h>

namespace wiregauge::model {
namespace {

MacAddress Mac(std::string_view text) { return *MacAddress::Parse(text); }

std::string VendorOf(const MacVendors& vendors, std::string_view mac) {
  return std::string(vendors.VendorOf(Mac(mac)).value_or("none"));
}

TEST(MacVendors, TheLongestPrefixWins) {
  const MacVendors vendors({{0x70b3d5'000000, 24, "Whole"},
                            {0x70b3d5'2f0000, 28, "Part"},
                            {0x70b3d5'2f2000, 36, "Part of a part"}});
  EXPECT_EQ(VendorOf(vendors, "70:b3:d5:00:00:01"), "Whole");
  EXPECT_EQ(VendorOf(vendors, "70:b3:d5:2f:00:00"), "Part");
  EXPECT_EQ(VendorOf(vendors, "70:b3:d5:2f:2f:ff"), "Part of a part");
  EXPECT_EQ(VendorOf(vendors, "70:b3:d5:2f:30:00"), "Part");
  EXPECT_EQ(VendorOf(vendors, "70:b3:d6:00:00:00"), "none");
  EXPECT_EQ(vendors.blocks(), 3u);
}

TEST(MacVendors, WhatNobodyAssignedHasNone) {
  const MacVendors vendors({{0x000000'000000, 24, "Xerox"},
                            {0x020000'000000, 24, "Local"},
                            {0x010000'000000, 24, "Group"},
                            {0xffffff'000000, 24, "All"}});
  EXPECT_EQ(VendorOf(vendors, "00:00:00:00:00:01"), "Xerox");
  EXPECT_EQ(VendorOf(vendors, "00:00:00:00:00:00"), "none");  // no address
  EXPECT_EQ(VendorOf(vendors, "02:00:00:00:00:01"), "none");  // locally administered
  EXPECT_EQ(VendorOf(vendors, "01:00:00:00:00:01"), "none");
  EXPECT_EQ(VendorOf(vendors, "ff:ff:ff:ff:ff:ff"), "none");
  EXPECT_EQ(VendorOf(MacVendors(), "00:00:00:00:00:01"), "none");
}

TEST(MacVendors, NumbersFollowTheNames) {
  const MacVendors vendors({{0x0c0000'000000, 24, "zeta"},
                            {0x040000'000000, 24, "Beta"},
                            {0x080000'000000, 24, "alpha"},
                            {0x100000'000000, 24, "zeta"}});
  EXPECT_EQ(vendors.NumberOf(Mac("08:00:00:00:00:00")), 1u);
  EXPECT_EQ(vendors.NumberOf(Mac("04:00:00:00:00:00")), 2u);
  EXPECT_EQ(vendors.NumberOf(Mac("0c:00:00:00:00:00")), 3u);
  EXPECT_EQ(vendors.NumberOf(Mac("10:00:00:00:00:00")), 3u);
  EXPECT_EQ(vendors.NumberOf(Mac("14:00:00:00:00:00")), 0u);
}

TEST(MacVendors, OfOnePrefixTheFirstCounts) {
  const MacVendors vendors({{0x080030'000000, 24, "Royal"}, {0x080030'000000, 24, "CERN"}});
  EXPECT_EQ(VendorOf(vendors, "08:00:30:00:00:00"), "Royal");
  EXPECT_EQ(vendors.blocks(), 1u);
}

}  // namespace
}  // namespace wiregauge::model
