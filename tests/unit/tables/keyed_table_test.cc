// SPDX-License-Identifier: Apache-2.0
#include "tables/keyed_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace wiregauge::tables {
namespace {

struct Entry {
  const uint64_t& key() const { return number; }
  uint64_t number = 0;
  std::string text;
};
using Table = KeyedTable<uint64_t, Entry>;

// Few different hashes: long probe runs and equal tags with different keys.
uint64_t PoorHash(uint64_t key) { return key % 97 + (key % 3 << 40); }

Entry& Put(Table& table, uint64_t key) {
  Entry& entry = table.Insert(PoorHash(key));
  entry.number = key;
  entry.text = "text of " + std::to_string(key) + ", long enough to be on the heap";
  return entry;
}

TEST(KeyedTableTest, AgreesWithAMapOverRandomInsertsAndErasures) {
  Table table;
  std::map<uint64_t, Entry*> known;
  std::mt19937_64 random(7);
  for (int i = 0; i < 40'000; ++i) {
    const uint64_t key = random() % 800;
    const auto at = known.find(key);
    Entry* found = table.Find(key, PoorHash(key));
    ASSERT_EQ(found, at == known.end() ? nullptr : at->second) << key;
    if (found == nullptr) {
      known[key] = &Put(table, key);
    } else if (random() % 2 == 0) {
      table.Erase(*found);
      known.erase(at);
    }
    ASSERT_EQ(table.size(), known.size());
  }
  for (const auto& [key, entry] : known) {
    ASSERT_EQ(table.Find(key, PoorHash(key)), entry) << "entries do not move";
    ASSERT_EQ(entry->number, key);
  }
}

TEST(KeyedTableTest, NumbersFindEntriesAndAreUsedAgain) {
  Table table;
  Entry& a = Put(table, 1);
  Entry& b = Put(table, 2);
  EXPECT_EQ(table.At(table.NumberOf(b)), &b);
  const uint32_t number = table.NumberOf(a);
  table.Erase(a);
  EXPECT_EQ(table.At(number), nullptr);
  EXPECT_FALSE(table.IsLive(a));
  EXPECT_EQ(table.NumberOf(Put(table, 3)), number);
  EXPECT_EQ(table.end_number(), 2u);
}

TEST(KeyedTableTest, OrderOfIterationDoesNotDependOnTheHash) {
  Table table;
  KeyedTable<uint64_t, Entry> other;
  for (uint64_t key = 0; key < 3000; ++key) {
    Put(table, key);
    other.Insert(key * 0x9e3779b97f4a7c15u).number = key;
  }
  std::vector<uint64_t> order, other_order;
  table.ForEach([&](Entry& entry) { order.push_back(entry.number); });
  other.ForEach([&](Entry& entry) { other_order.push_back(entry.number); });
  EXPECT_EQ(order, other_order);
}

TEST(KeyedTableTest, MemoryIsByEntry) {
  Table table;
  const size_t empty = table.bytes();
  Put(table, 1);
  EXPECT_GE(table.bytes(), empty + sizeof(Entry));
}

}  // namespace
}  // namespace wiregauge::tables
