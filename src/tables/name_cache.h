// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/time.h"
#include "model/host_names.h"
#include "tables/copy_on_write.h"
#include "tables/host_key.h"
#include "tables/keyed_table.h"
#include "tables/slice_copier.h"

namespace wiregauge::tables {

using SharedNames = CopyOnWrite<model::HostNames>;

class CachedNames {
 public:
  const HostKey& key() const { return host_key; }
  SliceMark& slice_mark() { return mark; }
  model::NamedAddress ToRow() { return {ip, host_key.vlan, interface_index, names.Share()}; }

  HostKey host_key;
  IpAddress ip;
  uint16_t interface_index = 0;
  SharedNames names;
  uint32_t older = 0, newer = 0;  // entry numbers in the order of use
  SliceMark mark;
};

// Names of addresses that are no host of this shard: told before their first packet came, or kept
// after the host left. Not thread-safe.
//
// Invariant: bytes() is at most the limit; what was told of longest ago leaves first.
class NameCache {
 public:
  NameCache(uint16_t interface_index, size_t most_bytes)
      : interface_index_(interface_index), most_bytes_(most_bytes) {}

  // `hash` is of the key, as the hosts are hashed.
  void Tell(const IpAddress& ip, uint16_t vlan, uint64_t hash, model::NameSource source,
            std::string_view name, Timestamp at);
  // The address becomes a host: its names leave with it. Empty when there are none.
  SharedNames Take(const HostKey& key, uint64_t hash);
  // A host leaves.
  void Put(const IpAddress& ip, uint16_t vlan, uint64_t hash, SharedNames names);

  size_t bytes() const { return table_.size() == 0 ? 0 : table_.bytes() + name_bytes_; }
  uint64_t dropped() const { return dropped_; }  // addresses whose names left for lack of room

  void BeginSlice() { copier_.Begin(table_); }
  bool CopySome(size_t most) { return copier_.CopySome(table_, most); }
  std::vector<model::NamedAddress> TakeSlice() { return copier_.Take(); }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  CachedNames& FindOrInsert(const IpAddress& ip, uint16_t vlan, uint64_t hash);
  void Link(CachedNames& entry);
  void Unlink(CachedNames& entry);
  void Erase(CachedNames& entry);
  void MakeFit();

  const uint16_t interface_index_;
  const size_t most_bytes_;
  KeyedTable<HostKey, CachedNames> table_;
  SliceCopier<model::NamedAddress> copier_;
  uint32_t oldest_ = kNone, newest_ = kNone;
  size_t name_bytes_ = 0;
  uint64_t dropped_ = 0;
};

}  // namespace wiregauge::tables
