// SPDX-License-Identifier: Apache-2.0
#include "shard/bounded_queue.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

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

TEST(BoundedQueueTest, AllWhoWaitForRoomGetItAlsoWhereTheyAreWokenLate) {
  BoundedQueue<int> queue(4, 2);
  constexpr int kEach = 500;
  std::vector<std::thread> pushers;
  for (int i = 0; i < 3; ++i) {
    pushers.emplace_back([&queue] {
      for (int n = 0; n < kEach; ++n) EXPECT_TRUE(queue.Push(n));
    });
  }
  int taken = 0;
  for (; taken < 3 * kEach; ++taken) ASSERT_TRUE(queue.Pop());
  for (std::thread& pusher : pushers) pusher.join();
  EXPECT_FALSE(queue.TryPop());
}

}  // namespace
}  // namespace wiregauge::shard
