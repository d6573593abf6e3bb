// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "model/host_alerts.h"
#include "model/host_record.h"
#include "publish/api/ordering.h"

namespace wiregauge::api {

// What hosts can be sorted by. Alerts, too, which snapshots do not know: HostAlertsIn ranks by
// these and by all else.
std::span<const SortField<model::HostRecord>> HostSorts();
inline constexpr std::string_view kDefaultHostSort = "-bytes";

// How many alerts there are about a snapshot's hosts. Borrows the snapshot. Immutable.
class HostAlertsIn {
 public:
  // Null: alerts are off, and nothing is known.
  HostAlertsIn(const snapshot::Snapshot& snapshot, std::shared_ptr<const model::HostAlerts> hosts)
      : snapshot_(snapshot), hosts_(std::move(hosts)) {}

  std::optional<model::HostAlertCounts> Of(const model::HostRecord& host) const;
  int64_t RankOf(const model::HostRecord& host, const Ordering<model::HostRecord>& ordering) const;

 private:
  const snapshot::Snapshot& snapshot_;
  const std::shared_ptr<const model::HostAlerts> hosts_;
};

}  // namespace wiregauge::api
