// SPDX-License-Identifier: Apache-2.0
#include "tables/device_table.h"

#include "base/packet_clock.h"

namespace wiregauge::tables {

DeviceTable::DeviceTable(const KeyedHash& hash, uint16_t interface_index, Duration idle_timeout,
                         size_t most)
    : hash_(hash),
      interface_index_(interface_index),
      idle_timeout_(idle_timeout),
      most_(most),
      wheel_(Links{&table_}) {}

DeviceEntry* DeviceTable::SearchOrInsert(const MacAddress& mac, Timestamp now, Hint& hint) {
  const uint64_t hash = hash_(std::span(mac.bytes));
  hint.device = table_.Find(mac, hash);
  if (hint.device == nullptr && table_.size() < most_) hint.device = Insert(mac, hash, now);
  return hint.device;
}

DeviceEntry* DeviceTable::Insert(const MacAddress& mac, uint64_t hash, Timestamp now) {
  DeviceEntry& device = table_.Insert(hash);
  device.record.mac = mac;
  device.record.interface_index = interface_index_;
  device.record.first_seen = device.record.last_seen = now;
  copier_.OnInsert(device);
  wheel_.Set(table_.NumberOf(device), DeadlineOf(device));
  return &device;
}

void DeviceTable::Advance(Timestamp now) {
  wheel_.Advance(UnixSeconds(now), [&](uint32_t number) {
    DeviceEntry& device = *table_.At(number);
    if (!IsSilent(now, device.record.last_seen, idle_timeout_)) {
      wheel_.Set(number, DeadlineOf(device));
      return;
    }
    copier_.Touch(device);
    wheel_.Cancel(number);
    table_.Erase(device);
  });
}

int64_t DeviceTable::DeadlineOf(const DeviceEntry& device) const {
  return UnixSeconds(device.record.last_seen + idle_timeout_) + 1;
}

}  // namespace wiregauge::tables
