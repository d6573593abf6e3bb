// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/ip_address.h"
#include "base/keyed_hash.h"
#include "base/time.h"
#include "geo/atlas.h"
#include "model/host_record.h"
#include "tables/keyed_table.h"
#include "tables/slice_copier.h"
#include "tables/timer_wheel.h"

namespace wiregauge::tables {

// An address on a VLAN. Plain bytes without padding, hashed and compared as memory.
struct HostKey {
  std::array<uint8_t, 16> ip{};
  uint16_t vlan = 0;
  uint8_t ip_version = 0;
  uint8_t zero = 0;

  HostKey() = default;
  HostKey(const IpAddress& address, uint16_t vlan_id)
      : ip(address.storage()), vlan(vlan_id), ip_version(address.version()) {}
  bool operator==(const HostKey&) const = default;
  std::span<const uint8_t> bytes() const {
    return {reinterpret_cast<const uint8_t*>(this), sizeof(HostKey)};
  }
};
static_assert(sizeof(HostKey) == 20);

// A host of this shard. Flows point to their two hosts and are counted in `flow_references`, so a
// host stays at least as long as its flows.
class HostEntry {
 public:
  const HostKey& key() const { return host_key; }
  SliceMark& slice_mark() { return mark; }
  model::HostRecord ToRow();
  // The sums over finished flows, made when first needed, and again after a slice took the last
  // ones.
  model::HostTallies& tallies();
  size_t tally_bytes() const;

  HostKey host_key;
  model::HostRecord record;  // record.tallies is filled by ToRow
  uint32_t flow_references = 0;
  TimerLinks timer;
  SliceMark mark;

 private:
  std::shared_ptr<model::HostTallies> tallies_;
  bool tallies_shared_ = false;
};

// The hosts of one shard, with their ageing. Not thread-safe.
class HostTable {
 public:
  HostTable(const KeyedHash& hash, uint16_t interface_index, Duration idle_timeout,
            std::shared_ptr<const geo::Atlas> atlas);

  // The host of a new flow, with one more reference.
  HostEntry& Reference(const IpAddress& ip, uint16_t vlan, Timestamp now);
  void Unreference(HostEntry& host);
  // The MAC address of a frame to or from the host: a local host may be in a pool by it. A remote
  // host's frames bear the router's, which says nothing. After Reference.
  void PlaceByMac(HostEntry& host, const MacAddress& mac) const {
    if (!host.record.local || mac.IsZero() || mac.IsGroup() || !atlas_->has_pools_by_mac()) return;
    host.record.place.pool = atlas_->PoolOf(host.record.ip, mac);
  }
  // Before an entry is changed.
  void Touch(HostEntry& host) { copier_.Touch(host); }
  // Adds to the sums over the host's finished flows: add(model::HostTallies&).
  template <typename Add>
  void AddToTallies(HostEntry& host, Add add) {
    copier_.Touch(host);
    const size_t before = host.tally_bytes();
    add(host.tallies());
    tally_bytes_ += host.tally_bytes() - before;
  }
  // Removes hosts that had no packet for the idle timeout and have no flow.
  void Advance(Timestamp now);
  // Removes the host that would be next by time; false when all have flows.
  bool EvictOne();

  size_t size() const { return table_.size(); }
  size_t bytes() const { return table_.bytes() + tally_bytes_; }
  const model::Traffic& departed_sent() const { return departed_sent_; }
  uint64_t expired() const { return expired_; }
  uint64_t evicted() const { return evicted_; }

  void BeginSlice() { copier_.Begin(table_); }
  bool CopySome(size_t most) { return copier_.CopySome(table_, most); }
  std::vector<model::HostRecord> TakeSlice() { return copier_.Take(); }

 private:
  struct Links {
    KeyedTable<HostKey, HostEntry>* table;
    TimerLinks& operator()(uint32_t number) const { return table->At(number)->timer; }
  };

  HostEntry& Insert(const HostKey& key, uint64_t hash, const IpAddress& ip, Timestamp now);
  // The host's row leaves: what it had sent is in departed_sent() from now on.
  void Remove(HostEntry& host);
  int64_t DeadlineOf(const HostEntry& host) const;
  void SetTimer(HostEntry& host) { wheel_.Set(table_.NumberOf(host), DeadlineOf(host)); }

  KeyedHash hash_;
  uint16_t interface_index_;
  Duration idle_timeout_;
  std::shared_ptr<const geo::Atlas> atlas_;
  KeyedTable<HostKey, HostEntry> table_;
  TimerWheel<Links> wheel_;
  SliceCopier<model::HostRecord> copier_;
  model::Traffic departed_sent_;
  size_t tally_bytes_ = 0;
  uint64_t expired_ = 0, evicted_ = 0;
};

}  // namespace wiregauge::tables
