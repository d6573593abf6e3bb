// SPDX-License-Identifier: Apache-2.0
#include "base/slab_supply.h"

#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <thread>
#include <vector>

namespace wiregauge {
namespace {

TEST(SlabSupplyTest, SlabsAreWholePagesOfTheirOwn) {
  std::vector<SlabSupply::Slab> slabs;
  std::set<std::byte*> begins;
  for (int i = 0; i < 300; ++i) {  // more than are made ahead
    std::byte* const begin = slabs.emplace_back(SlabSupply::Take()).get();
    EXPECT_EQ(reinterpret_cast<uintptr_t>(begin) % 4096, 0u);
    std::memset(begin, i, SlabSupply::kSlabBytes);
    begins.insert(begin);
  }
  for (size_t i = 0; i < slabs.size(); ++i) {
    EXPECT_EQ(slabs[i].get()[0], static_cast<std::byte>(i)) << i;
    EXPECT_EQ(slabs[i].get()[SlabSupply::kSlabBytes - 1], static_cast<std::byte>(i)) << i;
  }
  EXPECT_EQ(begins.size(), slabs.size());
}

TEST(SlabSupplyTest, WhatIsGivenBackIsTakenAgain) {
  std::set<std::byte*> begins;
  for (int round = 0; round < 1000; ++round) {
    std::vector<SlabSupply::Slab> slabs;
    for (int i = 0; i < 10; ++i) begins.insert(slabs.emplace_back(SlabSupply::Take()).get());
  }
  EXPECT_LT(begins.size(), 500u) << "of 10,000 that were taken";
}

TEST(SlabSupplyTest, AnyThreadTakesAndGivesBack) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([i] {
      for (int round = 0; round < 50; ++round) {
        std::vector<SlabSupply::Slab> slabs;
        for (int n = 0; n < 10; ++n) {
          std::memset(slabs.emplace_back(SlabSupply::Take()).get(), i, 64);
        }
        for (const auto& slab : slabs) ASSERT_EQ(slab.get()[63], static_cast<std::byte>(i));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace wiregauge
