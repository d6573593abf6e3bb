// SPDX-License-Identifier: Apache-2.0
#include "key_value/list_position.h"

#include <gtest/gtest.h>

#include <limits>

namespace wiregauge::key_value {
namespace {

TEST(ListPosition, PartsSortAsNumbersDo) {
  using Limits = std::numeric_limits<int64_t>;
  std::string before;
  for (const int64_t position :
       {Limits::min(), int64_t{-256}, int64_t{-1}, int64_t{0}, int64_t{255}, Limits::max()}) {
    const std::string part = PartOf(position);
    EXPECT_LT(before, part) << position;
    EXPECT_EQ(PositionOf(part), position);
    before = part;
  }
}

TEST(ListPosition, WhatIsNoneIsTheFirst) { EXPECT_EQ(PositionOf("x"), 0); }

}  // namespace
}  // namespace wiregauge::key_value
