// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "history/event.h"
#include "history/hour.h"
#include "history/point.h"
#include "history/series.h"
#include "store/database.h"

namespace wiregauge::history {

// A row of `series`.
struct StoredSeries {
  int64_t row = 0;
  int64_t source_row = 0;
  int64_t newest_second = 0;  // of its source
  SeriesInfo info;            // without a number
};

// How long points stay, by tier, seen from the newest hour of their source.
using Retention = std::array<Duration, kTiers.size()>;

// history.db, as its one writer has it: all SQL that changes it stands here. The caller opens
// transactions around what belongs together. Not thread-safe.
class HistoryFile {
 public:
  // Opens or makes the file, brings it to the newest schema, and turns what an earlier process left
  // in open_points into chunks.
  static Result<HistoryFile> Open(const std::string& path);

  store::Database& database() { return database_; }

  Result<int64_t> SourceRow(const std::string& name);
  // Up to which second it was recorded.
  Status SetNewest(int64_t source_row, int64_t unix_second);
  // Everything of the source but its row.
  Status ForgetSource(int64_t source_row);
  Result<std::vector<StoredSeries>> AllSeries();
  Result<int64_t> AddSeries(int64_t source_row, const SeriesInfo& info);

  // Keeps the newest kMostEvents, however the clock goes.
  static constexpr int64_t kMostEvents = 100'000;
  Status AddEvent(const Event& event);

  // What came of an hour that is not over.
  Status AppendOpen(int64_t source_row, int64_t hour_start, const HourPart& part);
  // An hour that is over, rolled up into all tiers. Takes its open points away. `row_of` gives the
  // series' row by its number in the hour.
  template <typename RowOf>
  Status WriteHour(int64_t source_row, const Hour& hour, RowOf row_of) {
    for (const auto& [number, series] : hour.series()) {
      if (Status status = WriteSeries(row_of(number), hour.start(), series); !status.ok()) {
        return status;
      }
    }
    return ForgetOpen(source_row, hour.start());
  }

  // Drops what is older than the retention, seen from the hour that begins there: when it is one of
  // several of its time. So a clock that leaps ahead and back again takes nothing away.
  Status Expire(int64_t source_row, int64_t hour_start, const Retention& keep);
  // Drops the oldest pieces until the file's pages in use take no more than `most_bytes`; gives how
  // many pieces went.
  Result<uint64_t> Shrink(uint64_t most_bytes);
  Result<uint64_t> UsedBytes();

 private:
  explicit HistoryFile(store::Database database) : database_(std::move(database)) {}

  Status CloseLeftHours();
  Status CloseLeftHour(int64_t source_row, int64_t start);
  Status WriteSeries(int64_t series_row, int64_t start, const Hour::Series& series);
  Status PutPoints(size_t tier, int64_t series_row, int64_t at, const std::vector<Point>& points,
                   const Hour::Series& series);
  Result<bool> IsBelievable(int64_t source_row, int64_t hour_start);
  Status ForgetOpen(int64_t source_row, int64_t hour_start);
  Status Run(std::string_view sql, std::initializer_list<int64_t> numbers);

  store::Database database_;
};

// A connection that reads. Not thread-safe.
class HistoryReader {
 public:
  static Result<HistoryReader> Open(const std::string& path);

  // From here to End the file is seen as it is now.
  Status Begin();
  void End();
  // The series' points in [from, to), which are multiples of the tier's step for it; gaps where
  // there are none. Seconds since 1970.
  Result<std::vector<Point>> Read(size_t tier, int64_t series_row, uint32_t step_seconds,
                                  int64_t from, int64_t to);
  // Of [from, to), milliseconds since 1970, the newest `most`, the newest first.
  Result<std::vector<Event>> ReadEvents(int64_t from_unix_ms, int64_t to_unix_ms, size_t most);

 private:
  HistoryReader(store::Database database, store::Statement select)
      : database_(std::move(database)), select_(std::move(select)) {}

  store::Database database_;
  store::Statement select_;
};

}  // namespace wiregauge::history
