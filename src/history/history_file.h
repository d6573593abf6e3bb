// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
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
  Recorded recorded;  // of its source
  SeriesInfo info;    // without a number
};

// A row of `sources`.
struct StoredSource {
  int64_t row = 0;
  std::string name;
  std::optional<std::string> path;  // of a capture file; empty: a live interface; none: not known
};

// How long points stay, by tier, seen from the newest hour of their source.
using Retention = std::array<Duration, kTiers.size()>;

// An hour of a source, by its name, and the second with which it begins.
using OpenHour = std::pair<std::string, int64_t>;

// history.db, as its one writer has it: all SQL that changes it stands here. The caller opens
// transactions around what belongs together. Not thread-safe.
class HistoryFile {
 public:
  // Opens or makes the file, brings it to the newest schema, and turns what an earlier process left
  // in open_points into chunks; but what there is of the hours `in_memory` is taken away: they will
  // be written again.
  static Result<HistoryFile> Open(const std::string& path,
                                  const std::set<OpenHour>& in_memory = {});
  // False: the file was removed, or there is another one in its place.
  bool IsInPlace() const;
  // Somebody has cut it to nothing: it never is while it is open.
  bool IsEmpty() const;
  // Before it is closed, when nobody reads it: if it is not in place, -wal is, and would be taken
  // for the next file's. So all of it goes into the file it belongs to.
  void Leave();

  store::Database& database() { return database_; }

  // Those that have series.
  Result<std::vector<StoredSource>> AllSources();
  Result<int64_t> SourceRow(const std::string& name);
  // `path`: as in StoredSource.
  Status SetSource(int64_t source_row, const std::string& path, const Recorded& recorded);
  // Everything of the source but its row.
  Status ForgetSource(int64_t source_row);
  Result<std::vector<StoredSeries>> AllSeries();
  Result<int64_t> AddSeries(int64_t source_row, const SeriesInfo& info);

  // Keeps the newest kMostEvents, however the clock goes.
  static constexpr int64_t kMostEvents = 100'000;
  // `source_row`: of the source that told it at its own time, and with which it is forgotten.
  Status AddEvent(const Event& event, std::optional<int64_t> source_row = std::nullopt);

  // Drops series whose last points have expired.
  Status ForgetExpiredSeries();

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

  // Drops what is older than the retention, seen from the hour that begins there: when there are
  // points in the hours before it, too. So a clock that leaps ahead takes nothing away.
  Status Expire(int64_t source_row, int64_t hour_start, const Retention& keep);
  // Drops the oldest pieces until the file's pages in use take no more than `most_bytes`; gives how
  // many pieces went.
  Result<uint64_t> Shrink(uint64_t most_bytes);
  Result<uint64_t> UsedBytes();
  // Moves what was committed from the WAL into the file. Commits do not: that syncs, and whoever
  // wants to read would wait for it.
  Status Checkpoint() { return database_.Execute("PRAGMA wal_checkpoint(PASSIVE)"); }
  // Pieces that could not be read since the last time, and were written anew.
  uint64_t TakeDamagedChunks() { return std::exchange(damaged_chunks_, 0); }

 private:
  using SeriesByRow = std::map<int64_t, SeriesInfo>;
  // Which file it is, whatever it is called.
  struct Identity {
    uint64_t device = 0, inode = 0;
    bool operator==(const Identity&) const = default;
  };

  explicit HistoryFile(store::Database database)
      : database_(std::move(database)), identity_(IdentityOf(database_.path())) {}

  static Identity IdentityOf(const std::string& path);
  Status CloseLeftHours(const std::set<OpenHour>& in_memory);
  Status CloseLeftHour(int64_t source_row, int64_t start, const SeriesByRow& by_row);
  Status WriteSeries(int64_t series_row, int64_t start, const Hour::Series& series);
  Status PutPoints(size_t tier, int64_t series_row, int64_t at, const std::vector<Point>& points,
                   const Hour::Series& series);
  Result<bool> IsBelievable(int64_t source_row, int64_t hour_start);
  Status ForgetOpen(int64_t source_row, int64_t hour_start);
  Status Run(std::string_view sql, std::initializer_list<int64_t> numbers);

  // The statement, which is kept.
  Result<store::Statement*> Keep(std::optional<store::Statement>& statement, std::string_view sql);

  store::Database database_;
  Identity identity_;
  std::optional<store::Statement> select_chunk_, put_chunk_;
  uint64_t damaged_chunks_ = 0;
};

// A connection that reads. Not thread-safe.
class HistoryReader {
 public:
  static Result<HistoryReader> Open(const std::string& path);

  // From here to End the file is seen as it is now.
  Status Begin();
  void End();
  // The series' points in [from, to), which are multiples of the tier's step for it; gaps where
  // there are none, or where a piece is damaged. Seconds since 1970.
  Result<std::vector<Point>> Read(size_t tier, int64_t series_row, uint32_t step_seconds,
                                  int64_t from, int64_t to);
  // Of [from, to), milliseconds since 1970, the newest `most` that the test takes, the newest
  // first.
  Result<std::vector<Event>> ReadEvents(int64_t from_unix_ms, int64_t to_unix_ms, size_t most,
                                        const std::function<bool(const Event&)>& takes);
  // Since the last time.
  uint64_t TakeDamagedChunks() { return std::exchange(damaged_chunks_, 0); }

 private:
  HistoryReader(store::Database database, store::Statement select)
      : database_(std::move(database)), select_(std::move(select)) {}

  store::Database database_;
  store::Statement select_;
  uint64_t damaged_chunks_ = 0;
};

}  // namespace wiregauge::history
