// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/ip_address.h"

namespace wiregauge::model {

// How many alerts there are about a host.
struct HostAlertCounts {
  uint64_t engaged = 0;
  uint64_t total = 0;  // that this process raised

  HostAlertCounts& operator+=(const HostAlertCounts& other) {
    engaged += other.engaged;
    total += other.total;
    return *this;
  }
  bool operator==(const HostAlertCounts&) const = default;
};

// The counts of all hosts with alerts at one instant. Immutable.
class HostAlerts {
 public:
  struct Row {
    std::string interface;
    IpAddress ip;
    uint16_t vlan = 0;
    HostAlertCounts counts;

    auto key() const {
      return std::tuple<std::string_view, const IpAddress&, uint16_t>(interface, ip, vlan);
    }
  };

  HostAlerts() = default;
  // Rows in the order of interface, ip and vlan, each of these once.
  explicit HostAlerts(std::vector<Row> rows) : rows_(std::move(rows)) {}

  // All 0 for a host without alerts.
  HostAlertCounts Of(std::string_view interface, const IpAddress& ip, uint16_t vlan) const {
    const std::tuple<std::string_view, const IpAddress&, uint16_t> key(interface, ip, vlan);
    const auto at =
        std::lower_bound(rows_.begin(), rows_.end(), key,
                         [](const Row& row, const auto& wanted) { return row.key() < wanted; });
    return at != rows_.end() && at->key() == key ? at->counts : HostAlertCounts();
  }
  const std::vector<Row>& rows() const { return rows_; }

 private:
  std::vector<Row> rows_;
};

}  // namespace wiregauge::model
