// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/keyed_hash.h"
#include "base/time.h"
#include "geo/atlas.h"
#include "model/host_record.h"
#include "tables/copy_on_write.h"
#include "tables/host_key.h"
#include "tables/keyed_table.h"
#include "tables/name_cache.h"
#include "tables/slice_copier.h"
#include "tables/timer_wheel.h"

namespace wiregauge::tables {

// A host of this shard. Flows point to their two hosts and are counted in `flow_references`, so a
// host stays at least as long as its flows.
class HostEntry {
 public:
  const HostKey& key() const { return host_key; }
  SliceMark& slice_mark() { return mark; }
  model::HostRecord ToRow();
  // Memory of the parts that slices share.
  size_t part_bytes() const {
    return tallies.bytes() + dns.bytes() + http.bytes() + names.bytes() + details.bytes();
  }

  HostKey host_key;
  model::HostRecord record;  // its parts that slices share are filled by ToRow
  uint32_t flow_references = 0;
  uint32_t contact_hash = 0;  // what the host counts as among another's contacts
  TimerLinks timer;
  SliceMark mark;
  CopyOnWrite<model::HostTallies> tallies;  // sums over finished flows
  CopyOnWrite<model::HostDns> dns;
  CopyOnWrite<model::HostHttp> http;
  SharedNames names;
  CopyOnWrite<model::HostDetails> details;
};

// The hosts of one shard, with their ageing. Not thread-safe.
class HostTable {
 public:
  // A host that had no packet for the idle timeout and has no flow is idle, and leaves; a local one
  // that has sent something stays for its own, longer one.
  struct Timeouts {
    Duration idle{}, local_idle{};
  };

  HostTable(const KeyedHash& hash, uint16_t interface_index, const Timeouts& timeouts,
            std::shared_ptr<const geo::Atlas> atlas, size_t most_name_bytes);

  // Before Reference: ask for the cache lines of the host's place in the index, and of its row.
  void PrefetchIndex(const IpAddress& ip, uint16_t vlan) const {
    table_.PrefetchIndex(hash_(HostKey(ip, vlan).bytes()));
  }
  void Prefetch(const IpAddress& ip, uint16_t vlan) {
    table_.Prefetch(hash_(HostKey(ip, vlan).bytes()));
  }
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
    Change(host, host.tallies, add);
  }
  // Changes what few packets change: change(model::HostDetails&). False: it takes no more memory
  // than before.
  template <typename Apply>
  bool ChangeDetails(HostEntry& host, Apply change) {
    return Change(host, host.details, change);
  }
  // The two ends of a flow that was opened: each is a contact of the other.
  void AddContacts(HostEntry& client, HostEntry& server);
  // The host had a packet in this minute. False: that took no more memory.
  bool MarkActive(HostEntry& host, uint32_t minute) {
    return !host.record.activity.IsNewest(minute) && MarkNewMinute(host, minute);
  }
  // change(model::HostDns&), change(model::HostHttp&)
  template <typename Apply>
  void ChangeDns(HostEntry& host, Apply change) {
    Change(host, host.dns, change);
  }
  template <typename Apply>
  void ChangeHttp(HostEntry& host, Apply change) {
    Change(host, host.http, change);
  }
  // A name of a host, or of an address that may become one.
  void Tell(HostEntry& host, model::NameSource source, std::string_view name, Timestamp at);
  void Tell(const IpAddress& ip, uint16_t vlan, model::NameSource source, std::string_view name,
            Timestamp at);
  // Removes hosts, or makes them idle, whose time is over.
  void Advance(Timestamp now);
  // Removes the host that would be next by time; false when all have flows.
  bool EvictOne();

  size_t active() const { return table_.size() - idle_; }
  size_t idle() const { return idle_; }
  size_t bytes() const { return table_.bytes() + part_bytes_ + names_.bytes(); }
  // What hosts that left the table had sent and received.
  const model::TwoWay& departed() const { return departed_; }
  uint64_t expired() const { return expired_; }
  uint64_t evicted() const { return evicted_; }
  uint64_t names_dropped() const { return names_.dropped(); }

  void BeginSlice();
  bool CopySome(size_t most);
  std::vector<model::HostRecord> TakeSlice() { return copier_.Take(); }
  // Names of addresses that are no host.
  std::vector<model::NamedAddress> TakeNames() { return names_.TakeSlice(); }

 private:
  struct Links {
    KeyedTable<HostKey, HostEntry>* table;
    TimerLinks& operator()(uint32_t number) const { return table->At(number)->timer; }
  };

  template <typename Part, typename Apply>
  bool Change(HostEntry& host, CopyOnWrite<Part>& part, Apply change) {
    copier_.Touch(host);
    const size_t before = part.bytes();
    change(part.Mutable());
    part_bytes_ += part.bytes() - before;
    return part.bytes() > before;
  }
  bool MarkNewMinute(HostEntry& host, uint32_t minute);
  HostEntry& Insert(const HostKey& key, uint64_t hash, const IpAddress& ip, Timestamp now);
  // The host's row leaves: what it had carried is in departed() from now on.
  void Remove(HostEntry& host);
  // How long it may be silent, as things are with it.
  Duration TimeoutOf(const HostEntry& host) const;
  bool IsKeptIdle(const HostEntry& host) const;
  void SetActive(HostEntry& host, bool active);
  void SetTimer(HostEntry& host);

  KeyedHash hash_;
  uint16_t interface_index_;
  Timeouts timeouts_;
  std::shared_ptr<const geo::Atlas> atlas_;
  KeyedTable<HostKey, HostEntry> table_;
  TimerWheel<Links> wheel_;
  SliceCopier<model::HostRecord> copier_;
  model::TwoWay departed_;
  NameCache names_;
  size_t part_bytes_ = 0;
  size_t idle_ = 0;
  uint64_t expired_ = 0, evicted_ = 0;
};

}  // namespace wiregauge::tables
