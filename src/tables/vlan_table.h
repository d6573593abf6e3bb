// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/host_record.h"

namespace wiregauge::tables {

// Traffic by 802.1Q identifier; 0 is untagged. At most 4096 rows, so they never leave. Not
// thread-safe.
class VlanTable {
 public:
  explicit VlanTable(uint16_t interface_index) : interface_index_(interface_index) {}

  void Add(uint16_t vlan, int64_t second, uint32_t wire_bytes) {
    uint16_t& row = row_of_[vlan & 0x0fff];
    if (row == 0) {
      model::VlanRecord record;
      record.vlan = vlan & 0x0fff;
      record.interface_index = interface_index_;
      rows_.push_back(record);
      row = static_cast<uint16_t>(rows_.size());
    }
    rows_[row - 1].traffic.Add(wire_bytes);
    rows_[row - 1].rate.AddIn(second, {1, wire_bytes});
  }

  // Of a flow whose packets were added.
  void AddUnreported(const model::FlowRecord& flow) {
    rows_[row_of_[flow.vlan & 0x0fff] - 1U].AddUnreported(flow);
  }

  const std::vector<model::VlanRecord>& rows() const { return rows_; }

 private:
  uint16_t interface_index_;
  std::array<uint16_t, 4096> row_of_{};  // row number + 1
  std::vector<model::VlanRecord> rows_;
};

}  // namespace wiregauge::tables
