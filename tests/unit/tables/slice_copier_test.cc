// SPDX-License-Identifier: Apache-2.0
#include "tables/slice_copier.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tables/keyed_table.h"

namespace wiregauge::tables {
namespace {

struct Entry {
  const uint32_t& key() const { return number; }
  SliceMark& slice_mark() { return mark; }
  int ToRow() const { return value; }
  uint32_t number = 0;
  int value = 0;
  SliceMark mark;
};

// Whatever happens between the pieces, the slice is the table at Begin.
TEST(SliceCopierTest, ShowsOneInstant) {
  KeyedTable<uint32_t, Entry> table;
  SliceCopier<int> copier;
  std::mt19937 random(11);
  uint32_t next = 0;
  std::vector<Entry*> entries;
  const auto insert = [&] {
    Entry& entry = table.Insert(next * 2654435761u);
    entry.number = next++;
    entry.value = 1;
    copier.OnInsert(entry);
    entries.push_back(&entry);
  };
  const auto change = [&] {
    Entry& entry = *entries[random() % entries.size()];
    copier.Touch(entry);
    ++entry.value;
  };
  const auto erase = [&] {
    const size_t at = random() % entries.size();
    copier.Touch(*entries[at]);
    table.Erase(*entries[at]);
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(at));
  };
  for (int i = 0; i < 500; ++i) insert();
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 100; ++i) change();
    std::vector<int> expected;
    table.ForEach([&](Entry& entry) { expected.push_back(entry.value); });
    copier.Begin(table);
    EXPECT_TRUE(copier.running());
    while (!copier.CopySome(table, 7)) {
      change();
      erase();
      insert();
      insert();
      change();
      if (entries.size() > 600) erase();
    }
    std::vector<int> rows = copier.Take();
    std::sort(rows.begin(), rows.end());
    std::sort(expected.begin(), expected.end());
    ASSERT_EQ(rows, expected);
    EXPECT_FALSE(copier.running());
  }
}

}  // namespace
}  // namespace wiregauge::tables
