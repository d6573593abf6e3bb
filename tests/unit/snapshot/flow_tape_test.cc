// SPDX-License-Identifier: Apache-2.0
#include "snapshot/flow_tape.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

#include "model/batch_bytes.h"

namespace wiregauge::snapshot {
namespace {

constexpr size_t kAll = 1'000'000;

// Records with the ids from `first` on.
FlowTape::Batch MakeBatch(uint64_t first, size_t records) {
  auto batch = std::make_shared<model::FlowBatch>(records);
  for (size_t i = 0; i < records; ++i) (*batch)[i].id = first + i;
  return batch;
}

std::vector<uint64_t> IdsOf(const FlowTape::Part& part) {
  std::vector<uint64_t> ids;
  for (const FlowTape::Batch& batch : part.batches) {
    for (const model::FlowRecord& record : *batch) ids.push_back(record.id);
  }
  return ids;
}

using Ids = std::vector<uint64_t>;

TEST(FlowTape, AReaderReadsWhatCameSinceItSubscribedOnce) {
  FlowTape tape(100, size_t{1} << 20);
  tape.OnFlows(MakeBatch(1, 2));
  auto reader = tape.Subscribe();
  EXPECT_EQ(IdsOf(reader.Read(kAll)), Ids());
  const auto batch = MakeBatch(3, 2);
  tape.OnFlows(batch);
  tape.OnFlows(MakeBatch(5, 1));
  const auto part = reader.Read(kAll);
  EXPECT_EQ(IdsOf(part), Ids({3, 4, 5}));
  EXPECT_EQ(part.batches[0], batch) << "it is shared, not copied";
  EXPECT_EQ(part.missed_records, 0u);
  EXPECT_EQ(IdsOf(reader.Read(kAll)), Ids());
}

TEST(FlowTape, ReadersHavePlacesOfTheirOwn) {
  FlowTape tape(100, size_t{1} << 20);
  auto one = tape.Subscribe();
  tape.OnFlows(MakeBatch(1, 1));
  auto other = tape.Subscribe();
  tape.OnFlows(MakeBatch(2, 1));
  EXPECT_EQ(IdsOf(one.Read(kAll)), Ids({1, 2}));
  EXPECT_EQ(IdsOf(other.Read(kAll)), Ids({2}));
  EXPECT_EQ(tape.state().subscribers, 2u);
}

TEST(FlowTape, IsReadFromAnyRecordThatIsKept) {
  FlowTape tape(5, size_t{1} << 20);
  tape.OnFlows(MakeBatch(1, 2));
  const auto keeps = tape.Subscribe();
  EXPECT_EQ(tape.extent().oldest_record, 2u);
  EXPECT_EQ(tape.ReadFrom(0, kAll).first_record, 2u) << "nothing is kept";
  for (uint64_t first = 3; first <= 9; first += 2) tape.OnFlows(MakeBatch(first, 2));
  EXPECT_EQ(tape.extent().oldest_record, 6u);
  EXPECT_EQ(tape.extent().next_record, 10u);
  const auto from = [&](uint64_t record, size_t most = kAll) {
    const auto stretch = tape.ReadFrom(record, most);
    return std::pair(stretch.first_record, IdsOf({.batches = stretch.batches}));
  };
  EXPECT_EQ(from(0), std::pair(uint64_t{6}, Ids({7, 8, 9, 10})));
  EXPECT_EQ(from(6), std::pair(uint64_t{6}, Ids({7, 8, 9, 10})));
  EXPECT_EQ(from(7), std::pair(uint64_t{6}, Ids({7, 8, 9, 10})));
  EXPECT_EQ(from(7, 1), std::pair(uint64_t{6}, Ids({7, 8})));
  EXPECT_EQ(from(8), std::pair(uint64_t{8}, Ids({9, 10})));
  EXPECT_EQ(from(10), std::pair(uint64_t{10}, Ids()));
  EXPECT_EQ(from(99), std::pair(uint64_t{10}, Ids()));
}

TEST(FlowTape, AReaderMayBeginWithWhatIsKeptForOthers) {
  FlowTape tape(100, size_t{1} << 20);
  tape.OnFlows(MakeBatch(1, 1));
  auto first = tape.Subscribe();
  tape.OnFlows(MakeBatch(2, 1));
  auto other = tape.SubscribeToKept();
  EXPECT_EQ(IdsOf(other.Read(kAll)), Ids({2}));
}

TEST(FlowTape, ReadsWholeBatchesUntilThereAreEnoughRecords) {
  FlowTape tape(100, size_t{1} << 20);
  auto reader = tape.Subscribe();
  for (uint64_t id : {1, 3, 5}) tape.OnFlows(MakeBatch(id, 2));
  EXPECT_EQ(IdsOf(reader.Read(3)), Ids({1, 2, 3, 4}));
  EXPECT_EQ(IdsOf(reader.Read(1)), Ids({5, 6}));
  EXPECT_EQ(IdsOf(reader.Read(1)), Ids());
}

TEST(FlowTape, WhoIsTooSlowIsToldWhatItMissed) {
  FlowTape tape(4, size_t{1} << 20);
  auto reader = tape.Subscribe();
  for (uint64_t id : {1, 3, 5}) tape.OnFlows(MakeBatch(id, 2));
  auto part = reader.Read(kAll);
  EXPECT_EQ(part.missed_records, 2u);
  EXPECT_EQ(IdsOf(part), Ids({3, 4, 5, 6}));
  tape.OnFlows(MakeBatch(7, 5));  // is beyond the bound alone
  part = reader.Read(kAll);
  EXPECT_EQ(part.missed_records, 5u);
  EXPECT_EQ(IdsOf(part), Ids());
  EXPECT_EQ(tape.state().missed_records, 7u);
  EXPECT_EQ(tape.state().kept_records, 0u);
}

TEST(FlowTape, IsBoundedInBytesToo) {
  const size_t bytes = model::BytesOf(*MakeBatch(1, 2));
  FlowTape tape(100, 2 * bytes);
  auto reader = tape.Subscribe();
  for (uint64_t id : {1, 3, 5}) tape.OnFlows(MakeBatch(id, 2));
  EXPECT_EQ(tape.state().kept_bytes, 2 * bytes);
  EXPECT_EQ(reader.Read(kAll).missed_records, 2u);
}

TEST(FlowTape, KeepsNothingWhileNobodyHasSubscribed) {
  FlowTape tape(100, size_t{1} << 20);
  const auto batch = MakeBatch(1, 2);
  tape.OnFlows(batch);
  EXPECT_EQ(batch.use_count(), 1);
  std::optional reader = tape.Subscribe();
  tape.OnFlows(batch);
  EXPECT_EQ(batch.use_count(), 2);
  std::optional moved(std::move(*reader));
  reader.reset();
  EXPECT_EQ(batch.use_count(), 2);
  moved.reset();
  EXPECT_EQ(batch.use_count(), 1);
  EXPECT_EQ(tape.state().subscribers, 0u);
  EXPECT_EQ(tape.state().kept_bytes, 0u);
  auto later = tape.Subscribe();
  tape.OnFlows(MakeBatch(9, 1));
  const auto part = later.Read(kAll);
  EXPECT_EQ(IdsOf(part), Ids({9}));
  EXPECT_EQ(part.missed_records, 0u) << "what came before is nothing that it missed";
}

// Each reader gets every record from its first one on, read or missed, in order.
TEST(FlowTape, NothingIsLostUntoldWithReadersAndAWriterAtOnce) {
  constexpr uint64_t kBatches = 3000, kRecords = 3;
  FlowTape tape(200, size_t{1} << 20);
  std::atomic<bool> is_over = false;
  const auto read_all = [&] {
    auto reader = tape.Subscribe();
    uint64_t expected = 0;  // the id that comes next; 0: any
    const auto read = [&] {
      const auto part = reader.Read(10);
      if (expected != 0) expected += part.missed_records;
      for (const uint64_t id : IdsOf(part)) {
        if (expected != 0) {
          EXPECT_EQ(id, expected);
        }
        expected = id + 1;
      }
      return !part.batches.empty();
    };
    while (!is_over) {
      read();
      (void)tape.Subscribe();
    }
    while (read()) {
    }
    EXPECT_TRUE(expected == 0 || expected == kBatches * kRecords + 1) << expected;
  };
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back(read_all);
  for (uint64_t i = 0; i < kBatches; ++i) tape.OnFlows(MakeBatch(1 + i * kRecords, kRecords));
  is_over = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(tape.state().subscribers, 0u);
}

}  // namespace
}  // namespace wiregauge::snapshot
