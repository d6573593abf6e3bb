// SPDX-License-Identifier: Apache-2.0
#include "tables/fragment_table.h"

namespace wiregauge::tables {
namespace {

FragmentKey MakeKey(const decode::DecodedPacket& packet) {
  FragmentKey key;
  key.src = packet.src.storage();
  key.dst = packet.dst.storage();
  key.id = packet.fragment_id;
  key.vlan = packet.vlan;
  key.l4_protocol = packet.l4_protocol;
  key.ip_version = packet.src.version();
  return key;
}

}  // namespace

void FragmentTable::Remember(const decode::DecodedPacket& first, flow::Ports ports, Timestamp now) {
  while (!by_age_.empty() &&
         (by_age_.size() >= kMostFragments || now - by_age_.front()->seen > kLifetime)) {
    table_.Erase(*by_age_.front());
    by_age_.pop_front();
  }
  const FragmentKey key = MakeKey(first);
  const uint64_t hash = hash_(key.bytes());
  Entry* entry = table_.Find(key, hash);
  if (entry == nullptr) {
    entry = &table_.Insert(hash);
    entry->fragment_key = key;
    by_age_.push_back(entry);
  }
  entry->ports = ports;
  entry->seen = now;
}

std::optional<flow::Ports> FragmentTable::Find(const decode::DecodedPacket& later, Timestamp now) {
  const FragmentKey key = MakeKey(later);
  const Entry* entry = table_.Find(key, hash_(key.bytes()));
  if (entry == nullptr || now - entry->seen > kLifetime) return std::nullopt;
  return entry->ports;
}

}  // namespace wiregauge::tables
