// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "history/history.h"
#include "model/place.h"
#include "snapshot/snapshot.h"

namespace wiregauge::recorder {

// Turns what is counted of one interface into series: what a counter has grown since it was last
// looked at, and gauges as they are. So the sum over a series is its counter. Not thread-safe.
//
//   each second         kind interface: traffic, drops, flows, hosts, TCP health
//   each 10 seconds     application, category, l4, direction
//   each 60 seconds     network, pool, autonomous_system, country, vlan
class InterfaceRecorder {
 public:
  // `starts_anew`: a file, which is read from its beginning again. All are borrowed.
  InterfaceRecorder(history::History& history, const model::PlaceNames& places,
                    const std::string& name, bool starts_anew, bool may_wait);

  // The snapshot shows the interface at the end of `unix_second`. The next one will be at the end
  // of `next`; nothing: there is none.
  static snapshot::Detail DetailFor(int64_t unix_second, std::optional<int64_t> next);
  void Record(const snapshot::Snapshot& snapshot, uint16_t interface_index, int64_t unix_second,
              std::optional<int64_t> next);

 private:
  struct Known {
    uint32_t series = 0;
    uint64_t last = 0;  // what the counter was
  };
  // The series of one step length, and the values for the step that is over.
  struct Step {
    uint32_t seconds;
    std::unordered_map<std::string, Known> known;  // by kind, object and measure
    std::vector<history::Value> values;
  };

  // In the snapshot a counter stands at `value` ...
  void Count(Step& step, std::string_view kind, std::string_view object, std::string_view measure,
             uint64_t value);
  // ... a gauge.
  void Gauge(Step& step, std::string_view kind, std::string_view measure, uint64_t value);
  Known& Find(Step& step, std::string_view kind, std::string_view object, std::string_view measure,
              history::SeriesType type);
  void CountTraffic(Step& step, std::string_view kind, std::string_view object,
                    const model::Traffic& traffic);
  void RecordSilence(const snapshot::Snapshot& snapshot, uint16_t interface_index, int64_t from,
                     int64_t to);
  void CountSecond(const snapshot::InterfaceView& interface);
  void CountShares(const snapshot::Snapshot& snapshot, const model::InterfaceCounters& counters);
  void CountPlaces(const snapshot::Snapshot& snapshot, uint16_t interface_index);
  void Flush(Step& step, int64_t unix_second);

  history::History& history_;
  const model::PlaceNames& places_;
  const uint32_t source_;
  const bool may_wait_;
  Step second_{1, {}, {}}, ten_seconds_{10, {}, {}}, minute_{60, {}, {}};
};

}  // namespace wiregauge::recorder
