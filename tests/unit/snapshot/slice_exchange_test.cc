// SPDX-License-Identifier: Apache-2.0
#include "snapshot/slice_exchange.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace wiregauge::snapshot {
namespace {

std::shared_ptr<ShardSlice> Slice(Detail detail, uint64_t packets) {
  auto slice = std::make_shared<ShardSlice>();
  slice->detail = detail;
  slice->counters.received.packets = packets;
  return slice;
}

std::shared_ptr<ShardSlice> LastSlice(Detail detail, uint64_t packets) {
  auto slice = Slice(detail, packets);
  slice->last = true;
  return slice;
}

auto Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(10); }
auto Now() { return std::chrono::steady_clock::now(); }

TEST(SliceExchangeTest, ARequestIsAnsweredByASliceBegunAfterIt) {
  SliceExchange exchange;
  const uint64_t first = exchange.Request(Detail::kCounters);
  EXPECT_TRUE(exchange.wanted());
  const auto order = exchange.Take();
  EXPECT_FALSE(exchange.wanted());
  const uint64_t second = exchange.Request(Detail::kCounters);
  exchange.Publish(order, Slice(Detail::kCounters, 1));
  EXPECT_EQ(exchange.Await(first, Detail::kCounters, Soon())->counters.received.packets, 1u);
  EXPECT_EQ(exchange.Await(second, Detail::kCounters, Now()), nullptr);
  EXPECT_TRUE(exchange.wanted());
}

TEST(SliceExchangeTest, CountersDoNotAnswerForRowsButRowsDoForCounters) {
  SliceExchange exchange;
  const uint64_t counters = exchange.Request(Detail::kCounters);
  const uint64_t rows = exchange.Request(Detail::kRows);
  exchange.Publish({Detail::kCounters, rows}, Slice(Detail::kCounters, 1));
  EXPECT_EQ(exchange.Await(rows, Detail::kRows, Now()), nullptr);
  exchange.Publish({Detail::kRows, rows}, Slice(Detail::kRows, 2));
  EXPECT_EQ(exchange.Await(rows, Detail::kRows, Now())->counters.received.packets, 2u);
  EXPECT_EQ(exchange.Await(counters, Detail::kCounters, Now())->counters.received.packets, 2u);
}

TEST(SliceExchangeTest, ARequestForRowsIsNotLostBehindOneForCounters) {
  SliceExchange exchange;
  exchange.Request(Detail::kRows);
  exchange.Request(Detail::kCounters);
  EXPECT_EQ(exchange.Take().detail, Detail::kRows);
  EXPECT_EQ(exchange.Take().detail, Detail::kCounters);
}

TEST(SliceExchangeTest, AClosedShardAnswersForEver) {
  SliceExchange exchange;
  const uint64_t waiting = exchange.Request(Detail::kRows);
  std::thread reader([&] {
    EXPECT_EQ(exchange.Await(waiting, Detail::kRows, Soon())->counters.received.packets, 9u);
  });
  exchange.Close([](Detail detail) { return LastSlice(detail, 9); });
  reader.join();
  const uint64_t later = exchange.Request(Detail::kCounters);
  EXPECT_FALSE(exchange.wanted());
  EXPECT_NE(exchange.Await(later, Detail::kCounters, Now()), nullptr);
}

TEST(SliceExchangeTest, TheLastSliceIsMadeOnceAndWithRowsOnlyForWhoWantsThem) {
  SliceExchange exchange;
  exchange.Publish({Detail::kRows, exchange.Request(Detail::kRows)}, Slice(Detail::kRows, 1));
  std::vector<Detail> made;
  exchange.Close([&made](Detail detail) {
    made.push_back(detail);
    return LastSlice(detail, 9);
  });
  EXPECT_TRUE(made.empty());
  const auto counters =
      exchange.Await(exchange.Request(Detail::kCounters), Detail::kCounters, Now());
  EXPECT_EQ(counters->counters.received.packets, 9u);
  EXPECT_EQ(exchange.Newest(Detail::kCounters), counters);
  EXPECT_EQ(made, std::vector{Detail::kCounters});
  const auto rows = exchange.Newest(Detail::kRows);
  EXPECT_TRUE(rows->last);
  EXPECT_EQ(exchange.Newest(Detail::kRows), rows);
  EXPECT_EQ(exchange.Newest(Detail::kCounters), rows);
  EXPECT_EQ(made, (std::vector{Detail::kCounters, Detail::kRows}));
}

}  // namespace
}  // namespace wiregauge::snapshot
