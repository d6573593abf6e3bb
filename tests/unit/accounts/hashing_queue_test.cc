// SPDX-License-Identifier: Apache-2.0
#include "accounts/hashing_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace wiregauge::accounts {
namespace {

using namespace std::chrono_literals;
using Turn = HashingQueue::Turn;

HashingQueue::Key KeyOf(uint8_t number) { return {number}; }

TEST(HashingQueue, OneAtATimeAndNoStrangerTooMany) {
  HashingQueue queue(1, 1ms);
  EXPECT_EQ(queue.Enter(KeyOf(1), false), Turn::kMine);
  EXPECT_EQ(queue.Enter(KeyOf(2), false), Turn::kNone);
  EXPECT_EQ(queue.Enter(KeyOf(3), true), Turn::kNone);  // in 1 ms
  queue.Leave(KeyOf(1));
  EXPECT_EQ(queue.Enter(KeyOf(3), true), Turn::kMine);
}

TEST(HashingQueue, WhoHasTheSameKeyFollows) {
  HashingQueue queue(1, 10s);
  EXPECT_EQ(queue.Enter(KeyOf(1), false), Turn::kMine);
  std::vector<std::thread> followers;
  std::atomic<int> followed = 0;
  for (int i = 0; i < 4; ++i) {
    followers.emplace_back([&, i] {
      if (queue.Enter(KeyOf(1), i % 2 == 0) == Turn::kFollowed) ++followed;
    });
  }
  std::this_thread::sleep_for(20ms);
  queue.Leave(KeyOf(1));
  for (std::thread& follower : followers) follower.join();
  EXPECT_EQ(followed, 4);
}

TEST(HashingQueue, WhoIsKnownGoesBeforeStrangersThatWait) {
  HashingQueue queue(2, 10s);
  EXPECT_EQ(queue.Enter(KeyOf(1), false), Turn::kMine);
  std::atomic<int> turns = 0;
  int stranger = 0, known = 0;
  const auto take = [&](uint8_t key, bool is_known, int& turn) {
    EXPECT_EQ(queue.Enter(KeyOf(key), is_known), Turn::kMine);
    turn = ++turns;
    queue.Leave(KeyOf(key));
  };
  std::thread first([&] { take(2, false, stranger); });
  std::this_thread::sleep_for(20ms);
  std::thread second([&] { take(3, true, known); });
  std::this_thread::sleep_for(20ms);
  queue.Leave(KeyOf(1));
  first.join();
  second.join();
  EXPECT_EQ(known, 1);
  EXPECT_EQ(stranger, 2);
}

}  // namespace
}  // namespace wiregauge::accounts
