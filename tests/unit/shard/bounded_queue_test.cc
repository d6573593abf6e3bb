// SPDX-License-Identifier: Apache-2.0
#include "shard/bounded_queue.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace wiregauge::shard {
namespace {

TEST(BoundedQueueTest, KeepsOrderAndRefusesBeyondItsRoom) {
  BoundedQueue<int> queue(2);
  EXPECT_TRUE(queue.TryPush(1));
  EXPECT_TRUE(queue.TryPush(2));
  EXPECT_FALSE(queue.TryPush(3));
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_TRUE(queue.TryPush(3));
  EXPECT_EQ(queue.Pop(), 2);
  EXPECT_EQ(queue.Pop(), 3);
}

TEST(BoundedQueueTest, CloseLetsTheRestOutAndNothingIn) {
  BoundedQueue<int> queue(2);
  EXPECT_TRUE(queue.Push(1));
  queue.Close();
  EXPECT_FALSE(queue.Push(2));
  EXPECT_FALSE(queue.closed_and_empty());
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_EQ(queue.Pop(), std::nullopt);
  EXPECT_TRUE(queue.closed_and_empty());
}

TEST(BoundedQueueTest, PopUntilGivesUpAtTheDeadline) {
  BoundedQueue<int> queue(1);
  EXPECT_EQ(queue.PopUntil(std::chrono::steady_clock::now()), std::nullopt);
}

TEST(BoundedQueueTest, AProducerWaitsForItsConsumerAndLosesNothing) {
  BoundedQueue<std::unique_ptr<int>> queue(3);
  constexpr int kItems = 10'000;
  std::thread producer([&] {
    for (int i = 0; i < kItems; ++i) queue.Push(std::make_unique<int>(i));
    queue.Close();
  });
  int next = 0;
  while (auto item = queue.Pop()) EXPECT_EQ(**item, next++);
  producer.join();
  EXPECT_EQ(next, kItems);
}

}  // namespace
}  // namespace wiregauge::shard
