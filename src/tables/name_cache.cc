// SPDX-License-Identifier: Apache-2.0
#include "tables/name_cache.h"

#include <utility>

namespace wiregauge::tables {

void NameCache::Tell(const IpAddress& ip, uint16_t vlan, uint64_t hash, model::NameSource source,
                     std::string_view name, Timestamp at) {
  CachedNames& entry = FindOrInsert(ip, vlan, hash);
  copier_.Touch(entry);
  name_bytes_ -= entry.names.bytes();
  entry.names.Mutable().Tell(source, name, at);
  name_bytes_ += entry.names.bytes();
  Unlink(entry);
  Link(entry);
  MakeFit();
}

SharedNames NameCache::Take(const HostKey& key, uint64_t hash) {
  if (table_.size() == 0) return {};
  CachedNames* const entry = table_.Find(key, hash);
  if (entry == nullptr) return {};
  copier_.Touch(*entry);
  name_bytes_ -= entry->names.bytes();
  SharedNames names = std::move(entry->names);
  Erase(*entry);
  return names;
}

void NameCache::Put(const IpAddress& ip, uint16_t vlan, uint64_t hash, SharedNames names) {
  CachedNames& entry = FindOrInsert(ip, vlan, hash);
  name_bytes_ += names.bytes();
  entry.names = std::move(names);
  MakeFit();
}

CachedNames& NameCache::FindOrInsert(const IpAddress& ip, uint16_t vlan, uint64_t hash) {
  const HostKey key(ip, vlan);
  if (CachedNames* const known = table_.Find(key, hash)) return *known;
  CachedNames& entry = table_.Insert(hash);
  entry.host_key = key;
  entry.ip = ip;
  entry.interface_index = interface_index_;
  copier_.OnInsert(entry);
  Link(entry);
  return entry;
}

void NameCache::Link(CachedNames& entry) {
  const uint32_t number = table_.NumberOf(entry);
  entry.older = newest_;
  entry.newer = kNone;
  (newest_ == kNone ? oldest_ : table_.At(newest_)->newer) = number;
  newest_ = number;
}

void NameCache::Unlink(CachedNames& entry) {
  (entry.older == kNone ? oldest_ : table_.At(entry.older)->newer) = entry.newer;
  (entry.newer == kNone ? newest_ : table_.At(entry.newer)->older) = entry.older;
}

void NameCache::Erase(CachedNames& entry) {
  copier_.Touch(entry);
  name_bytes_ -= entry.names.bytes();
  Unlink(entry);
  table_.Erase(entry);
}

void NameCache::MakeFit() {
  while (bytes() > most_bytes_) {
    ++dropped_;
    Erase(*table_.At(oldest_));
  }
}

}  // namespace wiregauge::tables
