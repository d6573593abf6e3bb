// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "tables/keyed_table.h"

namespace wiregauge::tables {

// Finds the entries of a KeyedTable that were in use lately without hashing their keys under the
// secret, which costs more than all of a hit here. Who makes keys collide on purpose gets what he
// would have without it: a miss. Not thread-safe.
//
// Invariant: a pointer may have gone stale; the table tells, and the full key is compared.
template <typename Key, typename Entry>
class RecentEntries {
 public:
  // Null when the entry is not there, or is not known to have been used lately.
  Entry* Find(const KeyedTable<Key, Entry>& table, const Key& key) const noexcept {
    Entry* const entry = slots_[SlotOf(key)];
    return entry != nullptr && table.IsLive(*entry) && entry->key() == key ? entry : nullptr;
  }
  void Remember(Entry& entry) noexcept { slots_[SlotOf(entry.key())] = &entry; }

 private:
  static constexpr size_t kSlots = 4096;

  static size_t SlotOf(const Key& key) noexcept {
    static_assert(sizeof(Key) % sizeof(uint64_t) == 0 &&
                  std::has_unique_object_representations_v<Key>);
    std::array<uint64_t, sizeof(Key) / sizeof(uint64_t)> words;
    std::memcpy(words.data(), &key, sizeof key);
    uint64_t mixed = 0;
    for (const uint64_t word : words) mixed = (std::rotl(mixed, 29) ^ word) * 0x9E3779B97F4A7C15;
    return mixed >> (64 - std::bit_width(kSlots - 1));
  }

  std::array<Entry*, kSlots> slots_{};
};

}  // namespace wiregauge::tables
