// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/keyed_hash.h"
#include "base/mac_address.h"
#include "base/time.h"
#include "model/host_record.h"
#include "tables/keyed_table.h"
#include "tables/slice_copier.h"
#include "tables/timer_wheel.h"

namespace wiregauge::tables {

class DeviceEntry {
 public:
  const MacAddress& key() const { return record.mac; }
  SliceMark& slice_mark() { return mark; }
  const model::DeviceRecord& ToRow() const { return record; }

  model::DeviceRecord record;
  TimerLinks timer;
  SliceMark mark;
};

// The MAC addresses of one shard. Not thread-safe.
class DeviceTable {
 public:
  // A pointer that may have gone stale: the table checks it before it is used.
  struct Hint {
    DeviceEntry* device = nullptr;
  };

  DeviceTable(const KeyedHash& hash, uint16_t interface_index, Duration idle_timeout, size_t most);

  // The device's entry, through `hint` when that still is it. Null when the table is full; the
  // table never holds more than `most`.
  DeviceEntry* FindOrInsert(const MacAddress& mac, Timestamp now, Hint& hint) {
    DeviceEntry* const device = hint.device;
    const bool is_it = device != nullptr && table_.IsLive(*device) && device->record.mac == mac;
    return is_it ? device : SearchOrInsert(mac, now, hint);
  }
  void Touch(DeviceEntry& device) { copier_.Touch(device); }
  void Advance(Timestamp now);

  size_t size() const { return table_.size(); }
  size_t bytes() const { return table_.bytes(); }

  void BeginSlice() { copier_.Begin(table_); }
  bool CopySome(size_t most) { return copier_.CopySome(table_, most); }
  std::vector<model::DeviceRecord> TakeSlice() { return copier_.Take(); }

 private:
  struct Links {
    KeyedTable<MacAddress, DeviceEntry>* table;
    TimerLinks& operator()(uint32_t number) const { return table->At(number)->timer; }
  };

  DeviceEntry* SearchOrInsert(const MacAddress& mac, Timestamp now, Hint& hint);
  DeviceEntry* Insert(const MacAddress& mac, uint64_t hash, Timestamp now);
  int64_t DeadlineOf(const DeviceEntry& device) const;

  KeyedHash hash_;
  uint16_t interface_index_;
  Duration idle_timeout_;
  size_t most_;
  KeyedTable<MacAddress, DeviceEntry> table_;
  TimerWheel<Links> wheel_;
  SliceCopier<model::DeviceRecord> copier_;
};

}  // namespace wiregauge::tables
