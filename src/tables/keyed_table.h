// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "base/prefetch.h"
#include "base/slab_supply.h"

namespace wiregauge::tables {

// A hash table whose entries do not move: pointers and numbers of entries stay valid until Erase,
// and the memory of an erased entry stays readable (as another or a dead entry) for the table's
// life.
//
// The caller hashes (with a KeyedHash, so that traffic cannot choose collisions) and entries are
// compared by their full key. Entry has `const Key& key() const`. Not thread-safe.
//
// Invariants: the index is at most 3/4 full; probe order is by hash only, so lookups stop at the
// first empty slot; iteration is by entry number, which depends on the order of insertions and
// erasures and not on the hash secret.
template <typename Key, typename Entry>
class KeyedTable {
 public:
  KeyedTable() : slots_(kInitialSlots) {}
  ~KeyedTable() {
    ForEach([](Entry& entry) { Destroy(entry); });
  }
  KeyedTable(const KeyedTable&) = delete;
  KeyedTable& operator=(const KeyedTable&) = delete;

  size_t size() const noexcept { return size_; }
  // One more than the highest entry number in use so far.
  uint32_t end_number() const noexcept { return end_number_; }
  // Memory of the index and of the entries in use; what entries own elsewhere is not in it. Memory
  // of erased entries is kept for new ones.
  size_t bytes() const noexcept { return slots_.size() * sizeof(Slot) + size_ * sizeof(Node); }

  Entry* Find(const Key& key, uint64_t hash) noexcept {
    return Probe(hash, [&key](const Entry& entry) { return entry.key() == key; });
  }

  // Asks for the index's cache line where the search for a key begins.
  void PrefetchIndex(uint64_t hash) const noexcept {
    __builtin_prefetch(&slots_[static_cast<uint32_t>(hash) & mask()]);
  }
  // Most likely the entry with this hash, whose cache lines are asked for; null when none is near.
  Entry* Prefetch(uint64_t hash) noexcept {
    return Probe(hash, [](const Entry&) { return true; });
  }

  // The entry with a number below end_number().
  void PrefetchAt(uint32_t number) noexcept { PrefetchToWrite(&node(number), sizeof(Node)); }

  // Precondition: no entry has this key. The entry must get its key before the next call.
  Entry& Insert(uint64_t hash) {
    if ((size_ + 1) * 4 > slots_.size() * 3) Grow();
    const uint32_t number = TakeNumber();
    const auto tag = static_cast<uint32_t>(hash);
    Place({tag, number + 1});
    ++size_;
    Node& fresh = node(number);
    Entry* const entry = ::new (static_cast<void*>(fresh.bytes.data())) Entry();
    fresh.tag = tag;
    fresh.live = true;
    fresh.number = number;
    return *entry;
  }

  void Erase(Entry& entry) noexcept {
    Node& dead = NodeOf(entry);
    RemoveFromIndex(dead);
    Destroy(entry);
    dead.live = false;
    free_.push_back(dead.number);
    --size_;
  }

  // The number of an entry, below end_number(); and back. Null when no entry has that number.
  uint32_t NumberOf(const Entry& entry) const noexcept {
    return NodeOf(const_cast<Entry&>(entry)).number;
  }
  Entry* At(uint32_t number) noexcept {
    Node& found = node(number);
    return found.live ? &found.entry() : nullptr;
  }
  // Whether a pointer got from this table is an entry now (maybe another one than it was).
  bool IsLive(const Entry& entry) const noexcept { return NodeOf(const_cast<Entry&>(entry)).live; }

  template <typename Visit>
  void ForEach(Visit visit) {
    for (uint32_t number = 0; number < end_number_; ++number) {
      if (Entry* entry = At(number)) visit(*entry);
    }
  }

 private:
  static constexpr size_t kInitialSlots = 1024;
  static constexpr uint32_t kEmpty = 0;

  struct Slot {
    uint32_t tag = 0;          // low half of the hash; its low bits are the home slot
    uint32_t number = kEmpty;  // entry number + 1
  };
  // What tells of the entry stands in the cache line where it begins. The entry is made by Insert
  // and destroyed by Erase.
  struct Node {
    uint32_t tag;
    uint32_t number;
    bool live;
    alignas(Entry) std::array<std::byte, sizeof(Entry)> bytes;

    Entry& entry() noexcept { return *std::launder(reinterpret_cast<Entry*>(bytes.data())); }
  };
  static constexpr uint32_t kSlabEntries = SlabSupply::kSlabBytes / sizeof(Node);
  static_assert(kSlabEntries > 0);

  // The first entry with this hash that is accepted.
  template <typename Accept>
  Entry* Probe(uint64_t hash, Accept accept) noexcept {
    const auto tag = static_cast<uint32_t>(hash);
    for (size_t at = tag & mask(); slots_[at].number != kEmpty; at = (at + 1) & mask()) {
      if (slots_[at].tag != tag) continue;
      Entry& entry = node(slots_[at].number - 1).entry();
      Prefetch(entry);
      if (accept(entry)) return &entry;
    }
    return nullptr;
  }

  // Almost always this is the entry, and its first Entry::kHotBytes, or all of it where it has no
  // such number, are used next: their cache misses overlap.
  static void Prefetch(const Entry& entry) noexcept {
    size_t hot_bytes = sizeof(Entry);
    if constexpr (requires { Entry::kHotBytes; }) hot_bytes = Entry::kHotBytes;
    PrefetchToWrite(&entry, hot_bytes);
  }

  size_t mask() const noexcept { return slots_.size() - 1; }
  Node& node(uint32_t number) noexcept {
    auto* const nodes = reinterpret_cast<Node*>(slabs_[number / kSlabEntries].get());
    return nodes[number % kSlabEntries];
  }
  static Node& NodeOf(Entry& entry) noexcept {
    return *reinterpret_cast<Node*>(reinterpret_cast<std::byte*>(&entry) - offsetof(Node, bytes));
  }
  static void Destroy(Entry& entry) noexcept { std::destroy_at(&entry); }

  uint32_t TakeNumber() {
    if (!free_.empty()) {
      const uint32_t number = free_.back();
      free_.pop_back();
      return number;
    }
    if (end_number_ == slabs_.size() * kSlabEntries) {
      slabs_.push_back(SlabSupply::Take());
    }
    return end_number_++;
  }

  void Place(Slot slot) noexcept {
    size_t at = slot.tag & mask();
    while (slots_[at].number != kEmpty) at = (at + 1) & mask();
    slots_[at] = slot;
  }

  void Grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.number != kEmpty) Place(slot);
    }
  }

  // Closes the gap by moving later slots of the same run back (no tombstones).
  void RemoveFromIndex(const Node& dead) noexcept {
    size_t gap = dead.tag & mask();
    while (slots_[gap].number != dead.number + 1) gap = (gap + 1) & mask();
    for (size_t at = (gap + 1) & mask(); slots_[at].number != kEmpty; at = (at + 1) & mask()) {
      const size_t home = slots_[at].tag & mask();
      const bool stays = ((at - home) & mask()) < ((at - gap) & mask());
      if (stays) continue;
      slots_[gap] = slots_[at];
      gap = at;
    }
    slots_[gap] = Slot{};
  }

  std::vector<Slot> slots_;
  std::vector<SlabSupply::Slab> slabs_;
  std::vector<uint32_t> free_;
  uint32_t end_number_ = 0;
  size_t size_ = 0;
};

}  // namespace wiregauge::tables
