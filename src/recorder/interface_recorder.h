// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "history/history.h"
#include "model/place.h"
#include "model/place_tallies.h"
#include "recorder/host_recorder.h"
#include "recorder/place_budget.h"
#include "recorder/series_step.h"
#include "snapshot/snapshot.h"

namespace wiregauge::recorder {

// Turns what is counted of one interface into series: what a counter has grown since it was last
// looked at, and gauges as they are. So the sum over a series is its counter. Not thread-safe.
//
//   each second         kind interface: traffic, drops, flows, hosts, devices, TCP health
//   each 10 seconds     application, category, l4, direction
//   each 60 seconds     network, pool, autonomous_system, country, vlan, host, host_application
//
// Of hosts, autonomous systems and VLANs, which are many, those with most traffic have series; the
// rest is `other`, and what was cut is counted. Hosts and devices of an interface with several
// workers are known each minute, and told as they were then.
class InterfaceRecorder {
 public:
  // `source`: as History::AddSource gave it. All are borrowed.
  InterfaceRecorder(history::History& history, const model::PlaceNames& places, uint32_t source,
                    bool may_wait, const SeriesBudget& budget);

  // The snapshot shows the interface at the end of `unix_second`. The next one will be at the end
  // of `next`; nothing: there is none.
  static snapshot::Detail DetailFor(int64_t unix_second, std::optional<int64_t> next);
  // The same of a live interface, which may have been looked at too late for the end of a step.
  snapshot::Detail DetailForLate(int64_t unix_second, std::optional<int64_t> next) const;
  void Record(const snapshot::Snapshot& snapshot, uint16_t interface_index, int64_t unix_second,
              std::optional<int64_t> next);
  // That was recorded.
  std::optional<int64_t> last_second() const { return last_second_; }

 private:
  static constexpr size_t kMostAutonomousSystems = 200, kMostVlans = 200;

  void RecordTenSeconds(const snapshot::Snapshot& snapshot, uint16_t interface_index,
                        int64_t unix_second);
  void RecordMinute(const snapshot::Snapshot& snapshot, uint16_t interface_index,
                    int64_t unix_second);
  bool HasMissedTheEndOf(const SeriesStep& step, int64_t unix_second) const;
  static void CountTraffic(SeriesStep& step, std::string_view kind, std::string_view object,
                           const model::Traffic& traffic);
  // The next one that is recorded is `next`.
  void RecordSecond(const snapshot::Snapshot& snapshot, uint16_t interface_index,
                    int64_t unix_second, std::optional<int64_t> next);
  void CountSecond(const snapshot::Snapshot& snapshot, uint16_t interface_index);
  void CountShares(const snapshot::Snapshot& snapshot, const model::InterfaceCounters& counters);
  void CountMinute(const snapshot::Snapshot& snapshot, uint16_t interface_index);
  void CountPlaces(const snapshot::Snapshot& snapshot, uint16_t interface_index,
                   model::PlaceKind kind);
  void CountAutonomousSystems(const snapshot::Snapshot& snapshot, uint16_t interface_index);
  void CountVlans(const snapshot::Snapshot& snapshot, uint16_t interface_index);
  void TellCut();

  history::History& history_;
  const model::PlaceNames& places_;
  const uint32_t source_;
  const bool may_wait_;
  SeriesStep second_, ten_seconds_, minute_;
  std::optional<int64_t> last_second_;       // that was recorded
  uint64_t active_hosts_ = 0, devices_ = 0;  // of the last minute
  HostRecorder hosts_;
  PlaceBudget autonomous_systems_, vlans_;
};

}  // namespace wiregauge::recorder
