// SPDX-License-Identifier: Apache-2.0
#include "tables/host_table.h"

#include <utility>

#include "base/packet_clock.h"

namespace wiregauge::tables {

model::HostRecord HostEntry::ToRow() {
  model::HostRecord row = record;
  row.tallies = tallies_;
  tallies_shared_ = tallies_ != nullptr;
  return row;
}

model::HostTallies& HostEntry::tallies() {
  if (tallies_ == nullptr) {
    tallies_ = std::make_shared<model::HostTallies>();
  } else if (tallies_shared_) {
    tallies_ = std::make_shared<model::HostTallies>(*tallies_);
  }
  tallies_shared_ = false;
  return *tallies_;
}

size_t HostEntry::tally_bytes() const {
  if (tallies_ == nullptr) return 0;
  return sizeof(model::HostTallies) +
         tallies_->applications.items.capacity() * sizeof(tallies_->applications.items[0]) +
         tallies_->ports.items.capacity() * sizeof(tallies_->ports.items[0]) +
         tallies_->peers.items.capacity() * sizeof(tallies_->peers.items[0]);
}

HostTable::HostTable(const KeyedHash& hash, uint16_t interface_index, Duration idle_timeout,
                     std::shared_ptr<const geo::Atlas> atlas)
    : hash_(hash),
      interface_index_(interface_index),
      idle_timeout_(idle_timeout),
      atlas_(std::move(atlas)),
      wheel_(Links{&table_}) {}

HostEntry& HostTable::Reference(const IpAddress& ip, uint16_t vlan, Timestamp now) {
  const HostKey key(ip, vlan);
  const uint64_t hash = hash_(key.bytes());
  HostEntry* known = table_.Find(key, hash);
  HostEntry& host = known != nullptr ? *known : Insert(key, hash, ip, now);
  copier_.Touch(host);
  if (host.flow_references++ == 0) wheel_.Cancel(table_.NumberOf(host));
  return host;
}

void HostTable::Unreference(HostEntry& host) {
  if (--host.flow_references == 0) SetTimer(host);
}

HostEntry& HostTable::Insert(const HostKey& key, uint64_t hash, const IpAddress& ip,
                             Timestamp now) {
  HostEntry& host = table_.Insert(hash);
  host.host_key = key;
  host.record.ip = ip;
  host.record.vlan = key.vlan;
  host.record.interface_index = interface_index_;
  host.record.place = atlas_->Locate(ip);
  host.record.local = host.record.place.network != 0;
  host.record.first_seen = host.record.last_seen = now;
  copier_.OnInsert(host);
  return host;
}

void HostTable::Remove(HostEntry& host) {
  copier_.Touch(host);
  departed_sent_ += host.record.traffic.sent;
  tally_bytes_ -= host.tally_bytes();
  wheel_.Cancel(table_.NumberOf(host));
  table_.Erase(host);
}

void HostTable::Advance(Timestamp now) {
  wheel_.Advance(UnixSeconds(now), [&](uint32_t number) {
    HostEntry& host = *table_.At(number);
    if (!IsSilent(now, host.record.last_seen, idle_timeout_)) {
      SetTimer(host);
      return;
    }
    ++expired_;
    Remove(host);
  });
}

bool HostTable::EvictOne() {
  const uint32_t number = wheel_.First();
  if (number == TimerLinks::kNone) return false;
  ++evicted_;
  Remove(*table_.At(number));
  return true;
}

int64_t HostTable::DeadlineOf(const HostEntry& host) const {
  return UnixSeconds(host.record.last_seen + idle_timeout_) + 1;
}

}  // namespace wiregauge::tables
