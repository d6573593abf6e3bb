// SPDX-License-Identifier: Apache-2.0
#include "publish/stream/flow_cursor.h"

#include <gtest/gtest.h>

#include "unit/publish/api/world.h"

namespace wiregauge::stream {
namespace {

using Ids = std::vector<uint64_t>;
constexpr size_t kAll = 1'000'000;

class FlowCursorTest : public testing::Test {
 protected:
  // That wants all, or the records of one client.
  FlowCursor MakeCursor(std::string client = {}) {
    http::Request request;
    if (!client.empty()) request.query.push_back({"client", client});
    api::Query query(request, api::kFlowFilterParameters);
    auto view = std::make_unique<FlowView>(
        request, query, std::make_shared<const snapshot::Snapshot>(world_.tables()),
        world_.dependencies().places);
    return {std::move(view), tape_.extent().next_record};
  }

  // A batch with the ids from `first` on; even ones are of 10.0.0.2.
  void Give(uint64_t first, size_t records) {
    model::FlowBatch batch;
    for (uint64_t id = first; id < first + records; ++id) {
      batch.push_back(
          api::MakeFlow(id, id % 2 == 0 ? "10.0.0.2" : "10.0.0.1", 1, "192.0.2.1", 443, 1000));
    }
    tape_.OnFlows(std::make_shared<const model::FlowBatch>(std::move(batch)));
  }

  // The ids of what it gets, `most` at most.
  Ids Take(FlowCursor& cursor, size_t most = kAll) {
    Ids ids;
    const auto take = [&](uint64_t number, const model::FlowRecord& flow) {
      EXPECT_EQ(number + 1, flow.id) << "records are counted from 0, ids from 1";
      if (ids.size() == most) return false;
      ids.push_back(flow.id);
      return true;
    };
    while ((turn_ = cursor.Advance(tape_, 3, take)) == FlowCursor::Turn::kMore) {
      if (cursor.LookAtNew(tape_)) ADD_FAILURE() << "nothing is missed";
    }
    return ids;
  }

  api::World world_;
  snapshot::FlowTape tape_{10, size_t{1} << 20};
  snapshot::FlowTape::Subscription keeps_ = tape_.Subscribe();
  FlowCursor::Turn turn_ = FlowCursor::Turn::kAll;
};

TEST_F(FlowCursorTest, GivesEachRecordOnce) {
  FlowCursor all = MakeCursor();
  FlowCursor even = MakeCursor("10.0.0.2");
  Give(1, 4);
  Give(5, 3);
  for (FlowCursor* const cursor : {&all, &even}) EXPECT_FALSE(cursor->LookAtNew(tape_));
  EXPECT_EQ(Take(all), Ids({1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(Take(even), Ids({2, 4, 6}));
  EXPECT_EQ(turn_, FlowCursor::Turn::kAll);
  EXPECT_EQ(all.next_record(), 7U);
  EXPECT_EQ(even.next_record(), 7U) << "what it does not want is behind it";
  EXPECT_EQ(Take(all), Ids());
}

TEST_F(FlowCursorTest, WhatIsNotTakenComesAgain) {
  FlowCursor all = MakeCursor();
  FlowCursor even = MakeCursor("10.0.0.2");
  Give(1, 8);
  for (FlowCursor* const cursor : {&all, &even}) EXPECT_FALSE(cursor->LookAtNew(tape_));
  EXPECT_EQ(Take(all, 2), Ids({1, 2}));
  EXPECT_EQ(turn_, FlowCursor::Turn::kHeld);
  EXPECT_EQ(all.next_record(), 2U);
  EXPECT_EQ(Take(all), Ids({3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(Take(even, 2), Ids({2, 4}));
  EXPECT_EQ(even.next_record(), 5U);
  EXPECT_EQ(Take(even), Ids({6, 8}));
}

TEST_F(FlowCursorTest, WhatTheTapePassesIsMissedExactly) {
  FlowCursor all = MakeCursor();
  FlowCursor even = MakeCursor("10.0.0.2");
  Give(1, 10);
  EXPECT_FALSE(even.LookAtNew(tape_));
  for (uint64_t id = 11; id <= 14; ++id) Give(id, 1);
  // 11 to 14 are kept; both go on in their middle, as far as they have looked.
  const auto of_all = all.LookAtNew(tape_);
  ASSERT_TRUE(of_all);
  EXPECT_EQ(of_all->records, 12U);
  EXPECT_TRUE(of_all->exact);
  EXPECT_EQ(Take(all), Ids({13, 14}));
  const auto of_even = even.LookAtNew(tape_);
  ASSERT_TRUE(of_even);
  EXPECT_EQ(of_even->records, 6U);
  EXPECT_TRUE(of_even->exact);
  EXPECT_EQ(Take(even), Ids({14}));
}

TEST_F(FlowCursorTest, WhatWasNotLookedAtMayHaveBeenWantedOrNot) {
  FlowCursor all = MakeCursor();
  FlowCursor even = MakeCursor("10.0.0.2");
  Give(1, 4);
  EXPECT_FALSE(even.LookAtNew(tape_));
  Give(5, 6);
  Give(11, 6);
  const auto of_even = even.LookAtNew(tape_);
  ASSERT_TRUE(of_even);
  EXPECT_EQ(of_even->records, 2U + 6U + 1U) << "2 and 4, five to ten unseen, and 12";
  EXPECT_FALSE(of_even->exact);
  EXPECT_EQ(Take(even), Ids({14, 16}));
  const auto of_all = all.LookAtNew(tape_);
  ASSERT_TRUE(of_all);
  EXPECT_EQ(of_all->records, 13U);
  EXPECT_TRUE(of_all->exact);
}

TEST_F(FlowCursorTest, WhatItDoesNotWantItDoesNotMiss) {
  FlowCursor nobody = MakeCursor("10.0.0.99");
  for (uint64_t id = 1; id <= 50; ++id) {
    Give(id, 1);
    EXPECT_FALSE(nobody.LookAtNew(tape_));
  }
  EXPECT_EQ(nobody.next_record(), 50U);
}

}  // namespace
}  // namespace wiregauge::stream
