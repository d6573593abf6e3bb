// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "history/history.h"
#include "timeseries/script_key.h"

namespace wiregauge::recorder {

// What a script tells of something that it counts or measures itself. Borrows its texts.
struct ScriptPoint {
  std::string_view name;          // 1 to 48 of a-z, 0-9 and _
  std::string_view interface {};  // or a capture file's name; empty: of the service itself
  std::string_view object{};      // which one: a host, a server; empty: there are not several
  std::string_view unit{};        // "ms"; empty: none
  // Of a counter the value is what was counted since the last point, a whole number; of a gauge how
  // it stands, with three decimals: what is finer is rounded.
  history::SeriesType type = history::SeriesType::kGauge;
  double value = 0;
  uint32_t step_seconds = 60;  // how often there is a point; divides an hour
};

// Series of scripts' own, in history. A point stands at the second in which it was told, of a
// capture file's interface at the second of packet time that was recorded last. It can be read when
// that second is over. Of one step counters add up, of a gauge the newest value holds. A name keeps
// the type, the unit and the step that it began with on an interface. Thread-safe, but for
// AddInterface.
class ScriptSeries {
 public:
  static constexpr size_t kMostNameBytes = 48, kMostObjectBytes = 64, kMostUnitBytes = 24;
  static constexpr double kMostValue = 1e12;

  // Borrows history and clock. There are at most `most_series`, what earlier runs left included.
  ScriptSeries(history::History& history, size_t most_series, const Clock& clock);

  // Before any point; `source` as History::AddSource gave it.
  void AddInterface(std::string name, uint32_t source, bool live);

  // kInvalidArgument: the point has not the form above. kNotFound: there is no such interface.
  // kConflict: the name is of another type or unit, the interface is not recorded, or there are too
  // many series, which History::CountCut counts as "script". kUnavailable: nothing of the capture
  // file is recorded yet.
  Status Add(const ScriptPoint& point) WIREGAUGE_EXCLUDES(mutex_);

  // The recorder's thread calls these, so that each source has one writer.
  // Of a capture file the second that was recorded last.
  void TellSecond(size_t interface_index, std::optional<int64_t> unix_second)
      WIREGAUGE_EXCLUDES(mutex_);
  // Records what was told by the end of `until`; nothing: all there is.
  void Record(std::optional<int64_t> until) WIREGAUGE_EXCLUDES(mutex_);

 private:
  // Series by name and object, as in ScriptKey.
  struct Name {
    timeseries::ScriptKey first;
    std::map<std::string, uint32_t, std::less<>> series;  // by object
  };
  // Of one second: by series.
  using Second = std::map<uint32_t, int64_t>;
  struct Source {
    std::string name;
    uint32_t number = 0;
    bool live = true;
    std::optional<int64_t> file_second{};  // the newest that was recorded of a file
    std::map<std::string, Name, std::less<>> names{};
    std::map<int64_t, Second> waiting{};
  };
  struct Batch {
    uint32_t source = 0;
    int64_t unix_second = 0;
    std::vector<history::Value> values;
  };

  // A recorder that has fallen behind by more gets the rest as one second.
  static constexpr size_t kMostWaitingSeconds = 64;
  // A point may come while the recorder looks at the clock; one of later was told before the clock
  // was set back.
  static constexpr int64_t kMostAheadSeconds = 3;

  Source* FindSource(std::string_view name) WIREGAUGE_REQUIRES(mutex_);
  Status CheckSource(const Source& source) const WIREGAUGE_REQUIRES(mutex_);
  void LookIntoHistory() WIREGAUGE_REQUIRES(mutex_);
  Result<uint32_t> SeriesOf(Source& source, const ScriptPoint& point) WIREGAUGE_REQUIRES(mutex_);
  Result<uint32_t> MakeSeries(Source& source, const timeseries::ScriptKey& key)
      WIREGAUGE_REQUIRES(mutex_);
  void Put(Source& source, uint32_t series, const ScriptPoint& point) WIREGAUGE_REQUIRES(mutex_);
  std::vector<Batch> TakeBatches(std::optional<int64_t> until) WIREGAUGE_EXCLUDES(mutex_);

  history::History& history_;
  const size_t most_series_;
  const Clock& clock_;
  Mutex mutex_;
  Source service_ WIREGAUGE_GUARDED_BY(mutex_);
  std::vector<Source> interfaces_ WIREGAUGE_GUARDED_BY(mutex_);
  size_t series_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  uint64_t version_looked_at_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
};

// Null: history is off, which is an error (kUnavailable) that says so.
Status AddPoint(ScriptSeries* series, const ScriptPoint& point);

}  // namespace wiregauge::recorder
