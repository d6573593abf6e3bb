// SPDX-License-Identifier: Apache-2.0
#include "tables/recent_entries.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace wiregauge::tables {
namespace {

struct Entry {
  const uint64_t& key() const { return number; }
  uint64_t number = 0;
};
using Table = KeyedTable<uint64_t, Entry>;
using Recent = RecentEntries<uint64_t, Entry>;

Entry& Put(Table& table, uint64_t key) {
  Entry& entry = table.Insert(key);
  entry.number = key;
  return entry;
}

TEST(RecentEntriesTest, FindsWhatWasRemembered) {
  Table table;
  Recent recent;
  Entry& entry = Put(table, 1);
  EXPECT_EQ(recent.Find(table, 1), nullptr);
  recent.Remember(entry);
  EXPECT_EQ(recent.Find(table, 1), &entry);
  EXPECT_EQ(recent.Find(table, 2), nullptr);
}

TEST(RecentEntriesTest, ForgetsWhatWasErasedAlsoWhenItsPlaceIsUsedAgain) {
  Table table;
  Recent recent;
  Entry& first = Put(table, 1);
  recent.Remember(first);
  table.Erase(first);
  EXPECT_EQ(recent.Find(table, 1), nullptr);
  ASSERT_EQ(&Put(table, 2), &first);
  EXPECT_EQ(recent.Find(table, 1), nullptr);
}

// More keys than it has room for, so that they push each other out.
TEST(RecentEntriesTest, NeverDisagreesWithTheTable) {
  Table table;
  Recent recent;
  std::map<uint64_t, Entry*> known;
  std::mt19937_64 random(7);
  size_t found = 0;
  for (int i = 0; i < 200'000; ++i) {
    const uint64_t key = random() % 20'000;
    const auto at = known.find(key);
    if (Entry* entry = recent.Find(table, key)) {
      ASSERT_NE(at, known.end());
      ASSERT_EQ(entry, at->second);
      ++found;
    }
    if (at == known.end()) {
      known[key] = &Put(table, key);
      recent.Remember(*known[key]);
    } else if (i % 3 == 0) {
      table.Erase(*at->second);
      known.erase(at);
    } else {
      recent.Remember(*at->second);
    }
  }
  EXPECT_GT(found, 10'000u);
}

}  // namespace
}  // namespace wiregauge::tables
