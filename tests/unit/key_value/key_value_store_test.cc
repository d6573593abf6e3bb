// SPDX-License-Identifier: Apache-2.0
#include "key_value/key_value_store.h"

#include <limits>
#include <thread>
#include <vector>

#include "store_folder.h"

namespace wiregauge::key_value {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr size_t kAll = 1000;

class KeyValueStoreTest : public KeyValueTest {
 protected:
  KeyValueStoreTest() { Start(); }
};

TEST_F(KeyValueStoreTest, AStringIsWhatWasSetLast) {
  EXPECT_EQ(Text("a"), "none");
  ASSERT_TRUE(store_->Set({"s", "a"}, "1").ok());
  ASSERT_TRUE(store_->Set({"other", "a"}, "2").ok());
  EXPECT_EQ(Text("a"), "1");
  ASSERT_TRUE(store_->Set({"s", "a"}, "").ok());
  EXPECT_EQ(Text("a"), "");
  EXPECT_TRUE(store_->Delete({"s", "a"}));
  EXPECT_FALSE(store_->Delete({"s", "a"}));
  EXPECT_EQ(Text("a"), "none");
}

TEST_F(KeyValueStoreTest, OnlyTheFirstSetIfAbsentSets) {
  EXPECT_TRUE(store_->SetIfAbsent({"s", "a"}, "1", 10s).value());
  EXPECT_FALSE(store_->SetIfAbsent({"s", "a"}, "2", 10s).value());
  EXPECT_EQ(Text("a"), "1");
  clock_.now += 10s;
  EXPECT_TRUE(store_->SetIfAbsent({"s", "a"}, "3", 10s).value());
  EXPECT_EQ(Text("a"), "3");
}

TEST_F(KeyValueStoreTest, IncrementCountsFrom0) {
  EXPECT_EQ(store_->Increment({"s", "n"}, 5).value(), 5);
  EXPECT_EQ(store_->Increment({"s", "n"}, -7).value(), -2);
  EXPECT_EQ(Text("n"), "-2");
  ASSERT_TRUE(store_->Set({"s", "n"}, "12x").ok());
  EXPECT_EQ(store_->Increment({"s", "n"}, 1).error().code, ErrorCode::kConflict);
  const int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(store_->Increment({"s", "m"}, most).value(), most);
  EXPECT_EQ(store_->Increment({"s", "m"}, 1).error().code, ErrorCode::kConflict);
  EXPECT_EQ(Text("m"), std::to_string(most));
}

TEST_F(KeyValueStoreTest, ValuesExpireByWallTime) {
  ASSERT_TRUE(store_->Set({"s", "a"}, "1", 10s).ok());
  ASSERT_TRUE(store_->Set({"s", "n"}, "1", 10s).ok());
  ASSERT_TRUE(store_->Increment({"s", "n"}, 1).ok());
  ASSERT_TRUE(store_->Set({"s", "kept"}, "1", 10s).ok());
  ASSERT_TRUE(store_->Set({"s", "kept"}, "2").ok());
  ASSERT_TRUE(store_->Set({"s", "for ever"}, "1", Duration::max()).ok());
  clock_.now += 9s;
  EXPECT_EQ(Text("a"), "1");
  clock_.now += 1s;
  EXPECT_EQ(Text("a"), "none");
  EXPECT_EQ(Text("n"), "none") << "it expires when it would have";
  EXPECT_EQ(Text("kept"), "2");
  EXPECT_EQ(Text("for ever"), "1");
  EXPECT_THAT(store_->Keys("s", "*", kAll), ElementsAre("for ever", "kept"));
  EXPECT_FALSE(store_->Delete({"s", "a"}));
  ASSERT_TRUE(Flush());
  EXPECT_EQ(store_->state().entries, 2u);
  EXPECT_EQ(store_->state().expired, 1u) << "the other one was deleted before";
  EXPECT_EQ(store_->Set({"s", "a"}, "1", -1s).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(KeyValueStoreTest, KeysAreOfOneSpaceInOrder) {
  for (const char* const key : {"host.b", "host.a", "flow.a", "host.", "hosu"}) {
    ASSERT_TRUE(store_->Set({"s", key}, "1").ok());
  }
  ASSERT_TRUE(store_->Set({"t", "host.c"}, "1").ok());
  ASSERT_TRUE(store_->HashSet({"s", "host.hash"}, "f", "1").ok());
  EXPECT_THAT(store_->Keys("s", "host.*", kAll),
              ElementsAre("host.", "host.a", "host.b", "host.hash"));
  EXPECT_THAT(store_->Keys("s", "*.a", kAll), ElementsAre("flow.a", "host.a"));
  EXPECT_THAT(store_->Keys("s", "host.*", 2), ElementsAre("host.", "host.a"));
  EXPECT_THAT(store_->Keys("none", "*", kAll), IsEmpty());
}

TEST_F(KeyValueStoreTest, AHashHasFields) {
  const Name hash{"s", "h"};
  ASSERT_TRUE(store_->HashSet(hash, "b", "2").ok());
  ASSERT_TRUE(store_->HashSet(hash, "a", "1").ok());
  ASSERT_TRUE(store_->HashSet(hash, "b", "3").ok());
  EXPECT_EQ(store_->HashGet(hash, "b").value(), "3");
  EXPECT_EQ(store_->HashGet(hash, "c").value(), std::nullopt);
  EXPECT_THAT(store_->HashFields(hash, kAll).value(), ElementsAre("a", "b"));
  EXPECT_THAT(store_->HashAll(hash, kAll).value(), ElementsAre(Pair("a", "1"), Pair("b", "3")));
  EXPECT_THAT(store_->HashAll(hash, 1).value(), ElementsAre(Pair("a", "1")));
  EXPECT_TRUE(store_->HashDelete(hash, "a").value());
  EXPECT_FALSE(store_->HashDelete(hash, "a").value());
  EXPECT_TRUE(store_->HashDelete(hash, "b").value());
  EXPECT_THAT(store_->Keys("s", "*", kAll), IsEmpty()) << "the last field takes the hash with it";
}

TEST_F(KeyValueStoreTest, AListGrowsAtBothEnds) {
  const Name list{"s", "l"};
  EXPECT_EQ(store_->ListPushBack(list, "c").value(), 1u);
  EXPECT_EQ(store_->ListPushFront(list, "b").value(), 2u);
  EXPECT_EQ(store_->ListPushFront(list, "a").value(), 3u);
  EXPECT_EQ(store_->ListPushBack(list, "d").value(), 4u);
  EXPECT_THAT(store_->ListRange(list, 0, -1).value(), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(store_->ListRange(list, -3, 2).value(), ElementsAre("b", "c"));
  EXPECT_THAT(store_->ListRange(list, 3, 99).value(), ElementsAre("d"));
  EXPECT_THAT(store_->ListRange(list, -99, 0).value(), ElementsAre("a"));
  EXPECT_THAT(store_->ListRange(list, 2, 1).value(), IsEmpty());
  EXPECT_THAT(store_->ListRange(list, 0, -99).value(), IsEmpty());
  EXPECT_THAT(store_
                  ->ListRange(list, std::numeric_limits<int64_t>::min(),
                              std::numeric_limits<int64_t>::max())
                  .value(),
              ElementsAre("a", "b", "c", "d"));
  ASSERT_TRUE(store_->ListTrim(list, 1, -2).ok());
  EXPECT_THAT(store_->ListRange(list, 0, -1).value(), ElementsAre("b", "c"));
  EXPECT_EQ(store_->ListPopFront(list).value(), "b");
  EXPECT_EQ(store_->ListPopBack(list).value(), "c");
  EXPECT_EQ(store_->ListPopBack(list).value(), std::nullopt);
  EXPECT_EQ(store_->ListLength(list).value(), 0u);
  ASSERT_TRUE(store_->ListPushBack(list, "x").ok());
  ASSERT_TRUE(store_->ListTrim(list, 5, 9).ok());
  EXPECT_EQ(store_->ListLength(list).value(), 0u);
}

TEST_F(KeyValueStoreTest, ASetHasEachMemberOnce) {
  const Name set{"s", "m"};
  EXPECT_TRUE(store_->SetAdd(set, "b").value());
  EXPECT_TRUE(store_->SetAdd(set, "a").value());
  EXPECT_FALSE(store_->SetAdd(set, "a").value());
  EXPECT_THAT(store_->SetMembers(set, kAll).value(), ElementsAre("a", "b"));
  EXPECT_TRUE(store_->SetRemove(set, "a").value());
  EXPECT_FALSE(store_->SetRemove(set, "a").value());
}

TEST_F(KeyValueStoreTest, AnotherKindIsAnErrorButForSet) {
  ASSERT_TRUE(store_->HashSet({"s", "h"}, "f", "1").ok());
  EXPECT_EQ(Text("h"), "error: \"h\" is a hash, not a string");
  EXPECT_EQ(store_->Increment({"s", "h"}, 1).error().code, ErrorCode::kConflict);
  EXPECT_EQ(store_->ListPushBack({"s", "h"}, "x").error().message, "\"h\" is a hash, not a list");
  EXPECT_EQ(store_->SetMembers({"s", "h"}, kAll).error().message, "\"h\" is a hash, not a set");
  EXPECT_FALSE(store_->SetIfAbsent({"s", "h"}, "x").value());
  ASSERT_TRUE(store_->Set({"s", "h"}, "x").ok());
  EXPECT_EQ(store_->HashSet({"s", "h"}, "f", "1").error().message, "\"h\" is a string, not a hash");
}

TEST_F(KeyValueStoreTest, WhatIsTooLongIsRefused) {
  const std::string name(Memory::kMostNameBytes, 'n'), value(Memory::kMostValueBytes, 'v');
  EXPECT_TRUE(store_->Set({name, name}, value).ok());
  EXPECT_THAT(store_->Set({"s", name + "n"}, "").error().message, HasSubstr("256 are the most"));
  EXPECT_FALSE(store_->Set({name + "n", "k"}, "").ok());
  EXPECT_FALSE(store_->HashSet({"s", "h"}, name + "n", "").ok());
  EXPECT_THAT(store_->ListPushBack({"s", "l"}, value + "v").error().message,
              HasSubstr("65536 are the most"));
  EXPECT_EQ(store_->state().entries, 1u);
}

TEST_F(KeyValueStoreTest, AllTogetherIsBounded) {
  options_.most_bytes = 2000;
  Restart();
  const std::string value(600, 'v');
  ASSERT_TRUE(store_->Set({"s", "a"}, value).ok());
  ASSERT_TRUE(store_->Set({"s", "b"}, value, 5s).ok());
  const Status refused = store_->Set({"s", "c"}, value);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_THAT(refused.error().message, HasSubstr("2000 bytes"));
  EXPECT_EQ(Text("a"), value) << "nothing is evicted";
  EXPECT_EQ(store_->state().refused, 1u);
  EXPECT_TRUE(store_->Set({"s", "a"}, std::string(600, 'w')).ok()) << "it takes no more";
  clock_.now += 5s;
  EXPECT_TRUE(store_->Set({"s", "c"}, value).ok()) << "what has expired makes room";
  store_->Delete({"s", "a"});
  store_->Delete({"s", "c"});
  EXPECT_EQ(store_->state().used_bytes, 0u);
  for (int i = 0; i < 100; ++i) (void)store_->SetAdd({"s", "set"}, std::to_string(i)).ok();
  for (int i = 0; i < 100; ++i) (void)store_->SetRemove({"s", "set"}, std::to_string(i)).ok();
  EXPECT_EQ(store_->state().used_bytes, 0u);
}

TEST_F(KeyValueStoreTest, AllKindsSurviveARestart) {
  const std::string bytes("\0\xff*", 3);
  ASSERT_TRUE(store_->Set({"s", "a"}, bytes).ok());
  ASSERT_TRUE(store_->Set({"s", bytes}, "").ok());
  ASSERT_TRUE(store_->Set({"s", "short"}, "1", 10s).ok());
  ASSERT_TRUE(store_->Set({"s", "long"}, "1", 20s).ok());
  ASSERT_TRUE(store_->HashSet({"s", "h"}, "", "1").ok());
  ASSERT_TRUE(store_->HashSet({"s", "h"}, bytes, "").ok());
  for (const char* const value : {"a", "b", "c"}) {
    ASSERT_TRUE(store_->ListPushBack({"s", "l"}, value).ok());
  }
  ASSERT_TRUE(store_->SetAdd({"s", "m"}, bytes).ok());
  const uint64_t used_bytes = store_->state().used_bytes;
  Restart();
  EXPECT_TRUE(store_->state().available);
  EXPECT_EQ(store_->state().used_bytes, used_bytes);
  EXPECT_EQ(Text("a"), bytes);
  EXPECT_EQ(store_->Get({"s", bytes}).value(), "");
  EXPECT_THAT(store_->HashAll({"s", "h"}, kAll).value(),
              ElementsAre(Pair("", "1"), Pair(bytes, "")));
  EXPECT_THAT(store_->ListRange({"s", "l"}, 0, -1).value(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(store_->SetMembers({"s", "m"}, kAll).value(), ElementsAre(bytes));
  clock_.now += 10s;
  Restart();
  EXPECT_EQ(Text("short"), "none");
  EXPECT_EQ(Text("long"), "1");
}

// Each change on its own round, as the file gets only what changed.
TEST_F(KeyValueStoreTest, ChangesOfEveryKindReachTheFile) {
  const auto change = [this](auto what) {
    what();
    ASSERT_TRUE(Flush()) << store_->state().problem;
  };
  change([&] { (void)store_->HashSet({"s", "h"}, "a", "1").ok(); });
  change([&] { (void)store_->HashSet({"s", "h"}, "b", "1").ok(); });
  change([&] { (void)store_->HashSet({"s", "h"}, "a", "2").ok(); });
  change([&] { (void)store_->HashDelete({"s", "h"}, "b").ok(); });
  change([&] { (void)store_->ListPushBack({"s", "l"}, "b").ok(); });
  change([&] { (void)store_->ListPushFront({"s", "l"}, "a").ok(); });
  change([&] { (void)store_->ListPushBack({"s", "l"}, "c").ok(); });
  change([&] { (void)store_->ListPopFront({"s", "l"}).ok(); });
  change([&] { (void)store_->Set({"s", "k"}, "1", 10s).ok(); });
  change([&] { (void)store_->Increment({"s", "k"}, 1).ok(); });
  change([&] { (void)store_->SetAdd({"s", "gone"}, "1").ok(); });
  change([&] { store_->Delete({"s", "gone"}); });
  change([&] { (void)store_->SetAdd({"s", "turned"}, "1").ok(); });
  change([&] { (void)store_->Set({"s", "turned"}, "2").ok(); });
  Restart();
  EXPECT_THAT(store_->HashAll({"s", "h"}, kAll).value(), ElementsAre(Pair("a", "2")));
  EXPECT_THAT(store_->ListRange({"s", "l"}, 0, -1).value(), ElementsAre("b", "c"));
  EXPECT_EQ(Text("k"), "2");
  EXPECT_EQ(Text("turned"), "2");
  EXPECT_THAT(store_->Keys("s", "*", kAll), ElementsAre("h", "k", "l", "turned"));
  clock_.now += 10s;
  EXPECT_EQ(Text("k"), "none");
}

TEST_F(KeyValueStoreTest, ALesserBudgetTakesNothingAway) {
  ASSERT_TRUE(store_->Set({"s", "a"}, std::string(5000, 'v')).ok());
  options_.most_bytes = 1000;
  Restart();
  EXPECT_EQ(Text("a").size(), 5000u);
  EXPECT_FALSE(store_->Set({"s", "b"}, "1").ok());
  EXPECT_TRUE(store_->Set({"s", "a"}, "less").ok());
}

TEST_F(KeyValueStoreTest, ManyThreadsShareIt) {
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([this, number] {
      const std::string own = "own" + std::to_string(number);
      for (int i = 0; i < 500; ++i) {
        (void)store_->Increment({"s", "sum"}, 1).ok();
        (void)store_->Set({"s", own}, std::to_string(i), 1h).ok();
        (void)store_->ListPushBack({"s", "list"}, own).ok();
        (void)store_->Keys("s", "own*", kAll).size();
        if (i % 100 == 0) (void)store_->Flush(30s);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Text("sum"), "2000");
  Restart();
  EXPECT_EQ(Text("sum"), "2000");
  EXPECT_EQ(Text("own3"), "499");
  EXPECT_EQ(store_->ListLength({"s", "list"}).value(), 2000u);
}

}  // namespace
}  // namespace wiregauge::key_value
