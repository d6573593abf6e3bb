// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "history/event.h"
#include "history/history_file.h"
#include "history/hour.h"
#include "history/reader_pool.h"
#include "history/series.h"
#include "store/file_lock.h"

namespace wiregauge::history {

struct HistoryOptions {
  std::string path;
  Retention keep{};
  uint64_t max_file_bytes = 0;
  Duration flush_interval{};
  Duration retry_interval{};     // after a failure
  size_t max_waiting_bytes = 0;  // of hours that could not be written yet; the oldest go
};

// How it stands with the store. Counters are of this process.
struct HistoryState {
  bool available = false;  // the file is open and the last write went well
  std::string problem{};   // a sentence; empty while it is available
  std::string refused{};   // which files are not recorded, and why; empty: all are
  uint64_t points_recorded = 0;
  uint64_t points_lost = 0;     // their hour had to go before it could be written
  uint64_t chunks_dropped = 0;  // the file was full
  uint64_t events_lost = 0;     // too many waited to be written
  uint64_t files_set_aside = 0;
  std::map<std::string, uint64_t> series_cut{};  // by kind: CountCut
  uint64_t damaged_chunks = 0;                   // could not be read, each time; they are gaps
  uint64_t series = 0;
  uint64_t file_bytes = 0;  // of pages in use
};

struct Value {
  uint32_t series = 0;  // as AddSeries gave it
  int64_t value = 0;
};

// Time series in an SQLite file, with one thread that writes. What is recorded can be read at once;
// it is on disk after a flush interval, so a crash loses the last seconds. Whatever happens to the
// file, recording and reading go on with what is in memory: the file is opened again and again, a
// damaged one is set aside first. Thread-safe, but for Start.
class History {
 public:
  History(HistoryOptions options, const Clock& clock);
  // Writes what there is.
  ~History();

  // Opens the file, and writes from now on; what is recorded before waits. Once.
  void Start();

  // `path`: of a capture file, absolute; empty: a live interface. What is known of the file is
  // forgotten, because it is told again. Whose name it is in the store is seen when that is opened:
  // what is known of another file gives way, with a warning and an event; what is known of a live
  // interface does not give way to a file, which is refused then: what is recorded of it is
  // dropped.
  uint32_t AddSource(const std::string& name, const std::string& path = {})
      WIREGAUGE_EXCLUDES(mutex_);
  // False: it is a file that was refused, and what is recorded of it is dropped.
  bool IsRecorded(uint32_t source) const WIREGAUGE_EXCLUDES(mutex_);
  // Of a source; the same number for the same key.
  uint32_t AddSeries(uint32_t source, const SeriesKey& key, SeriesType type, uint32_t step_seconds)
      WIREGAUGE_EXCLUDES(mutex_);
  // Values of the step that begins with or holds `unix_second`. A source's seconds ascend; when
  // they leap back or ahead, another hour begins. `may_wait`: while more waits to be written than
  // may, and the file is there, the caller waits.
  void Record(uint32_t source, int64_t unix_second, std::span<const Value> values, bool may_wait)
      WIREGAUGE_EXCLUDES(mutex_);

  // So many objects of a kind got no series for want of budget.
  void CountCut(std::string_view kind, uint64_t objects) WIREGAUGE_EXCLUDES(mutex_);
  // `event.unix_ms` may be any time.
  void RecordEvent(Event event) WIREGAUGE_EXCLUDES(mutex_);
  // One that the source tells at its own time: it is forgotten and refused with the source.
  void RecordEvent(uint32_t source, Event event) WIREGAUGE_EXCLUDES(mutex_);

  // Every series that has points, this process's and earlier ones'. `id` is for Read.
  std::vector<SeriesInfo> AllSeries() const WIREGAUGE_EXCLUDES(mutex_);
  // Goes up with every series that comes.
  uint64_t series_version() const WIREGAUGE_EXCLUDES(mutex_);
  // Where the points that are kept of a tier begin, seconds since 1970, seen from the newest of the
  // series' source; there may be fewer.
  int64_t KeptFrom(int64_t series, size_t tier) const;
  // Of its source: the series has no points beside these.
  Recorded RecordedOf(int64_t series) const WIREGAUGE_EXCLUDES(mutex_);
  // Points of a series in [from, to), seconds since 1970, rounded outwards to whole steps: `from`
  // in the answer says where they begin.
  struct Points {
    int64_t from = 0;
    uint32_t step_seconds = 0;
    std::vector<Point> points;
  };
  Result<Points> Read(int64_t series, size_t tier, int64_t from, int64_t to)
      WIREGAUGE_EXCLUDES(mutex_);
  // What happened in [from, to), milliseconds since 1970: the newest `most` that the test takes,
  // the oldest first.
  Result<std::vector<Event>> Events(int64_t from_unix_ms, int64_t to_unix_ms, size_t most,
                                    const std::function<bool(const Event&)>& takes)
      WIREGAUGE_EXCLUDES(mutex_);
  HistoryState state() const WIREGAUGE_EXCLUDES(mutex_);
  // Waits until all that was recorded before is written, or `most` is over. False: it is not.
  bool Flush(Duration most) WIREGAUGE_EXCLUDES(mutex_);

 private:
  struct Series {
    SeriesInfo info;
    uint32_t source = 0;
    std::optional<int64_t> row;  // in the file, once it is there
  };
  struct Source {
    std::string name;
    std::optional<std::string> path;         // as AddSource gave it; none: it is only in the file
    std::optional<std::string> stored_path;  // as the file has it, or will
    std::string refusal;                     // why it is not recorded; empty: it is
    std::string told;                        // the last sentence about whose name it is
    uint64_t forget = 0;  // the request to forget it that the file has not followed yet; 0: none
    std::optional<int64_t> row;
    std::map<SeriesKey, uint32_t> series;
    std::shared_ptr<Hour> open;
    Recorded recorded;
    int64_t flushed_until = 0;  // steps of `open` that end by then are in the file
    int64_t taken_until = 0;    // ... or on their way there
    std::deque<std::shared_ptr<const Hour>> closed;
  };
  struct PendingEvent {
    Event event;
    std::optional<uint32_t> source;  // that told it at its own time
  };
  // What one round of the writer takes from memory.
  struct Work;
  struct Round;

  void Run();
  bool HasClosedHours() const WIREGAUGE_EXCLUDES(mutex_);
  bool IsAsked() const WIREGAUGE_REQUIRES(mutex_);
  // `last`: also steps that are not over.
  Status WriteRound(bool last);
  Status TryRound(bool last);
  Status OpenFile();
  Status CheckFile();
  std::set<OpenHour> HoursInMemory() const WIREGAUGE_EXCLUDES(mutex_);
  bool SetAside(const Error& error);
  void Fail(const Error& error);
  void LeaveFile() WIREGAUGE_REQUIRES(visible_) WIREGAUGE_EXCLUDES(mutex_);
  void TellLosses() WIREGAUGE_EXCLUDES(mutex_);
  void TakeIn(const StoredSeries& stored) WIREGAUGE_REQUIRES(mutex_);
  Round TakeWork(bool last) WIREGAUGE_EXCLUDES(mutex_);
  void TakeRow(uint32_t number, Work& work) const WIREGAUGE_REQUIRES(mutex_);
  Status Write(Round& round);
  Status WriteSource(Work& work);
  Status WriteEvent(const PendingEvent& pending, Round& round);
  Status CleanUp(bool has_grown);
  void Finish(const Work& work) WIREGAUGE_REQUIRES(mutex_);
  void FinishEvents(const Round& round) WIREGAUGE_REQUIRES(mutex_);
  Source& SourceOf(const std::string& name) WIREGAUGE_REQUIRES(mutex_);
  void Settle(Source& source) WIREGAUGE_REQUIRES(mutex_);
  void SettleAll() WIREGAUGE_REQUIRES(mutex_);
  void Refuse(Source& source) WIREGAUGE_REQUIRES(mutex_);
  void Replace(Source& source) WIREGAUGE_REQUIRES(mutex_);
  void Tell(Source& source, std::string kind, std::string text) WIREGAUGE_REQUIRES(mutex_);
  void Forget(Source& source) WIREGAUGE_REQUIRES(mutex_);
  void Drop(Source& source) WIREGAUGE_REQUIRES(mutex_);
  void Push(PendingEvent pending) WIREGAUGE_REQUIRES(mutex_);
  Error CannotRead(const Error& error) WIREGAUGE_EXCLUDES(mutex_);
  void Report(const Error& error) WIREGAUGE_EXCLUDES(mutex_);
  void CountDamaged(uint64_t chunks) WIREGAUGE_EXCLUDES(mutex_);
  bool MayBeWritten() const WIREGAUGE_REQUIRES(mutex_);
  static bool IsBeside(const Source& source, int64_t unix_second);
  void CloseHour(Source& source) WIREGAUGE_REQUIRES(mutex_);
  void DropWhatDoesNotFit() WIREGAUGE_REQUIRES(mutex_);
  HourPart OpenPart(const Source& source, int64_t until) const WIREGAUGE_REQUIRES(mutex_);

  const HistoryOptions options_;
  const Clock& clock_;

  // The writer's alone.
  std::optional<store::FileLock> file_lock_;  // two processes would close each other's hours
  std::optional<HistoryFile> file_;
  bool has_written_ = false;
  int rounds_since_checkpoint_ = 0;
  uint64_t losses_told_ = 0;

  // Held while what is written leaves memory and becomes visible in the file, while the file is
  // another one, and while a reader begins: so a reader sees each point once. Taken before mutex_.
  mutable Mutex visible_;
  ReaderPool readers_;  // taken from with visible_ held
  mutable Mutex mutex_;
  CondVar changed_;
  std::vector<Series> series_ WIREGAUGE_GUARDED_BY(mutex_);
  std::vector<Source> sources_ WIREGAUGE_GUARDED_BY(mutex_);
  std::deque<PendingEvent> events_ WIREGAUGE_GUARDED_BY(mutex_);  // not in the file yet
  uint64_t first_event_ WIREGAUGE_GUARDED_BY(mutex_) = 0;         // the number of the first of them
  std::optional<Error> found_by_reader_ WIREGAUGE_GUARDED_BY(mutex_);  // why it could not read
  uint64_t forgets_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  size_t waiting_bytes_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  HistoryState state_ WIREGAUGE_GUARDED_BY(mutex_);
  uint64_t rounds_wanted_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  uint64_t rounds_begun_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  uint64_t rounds_done_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  bool started_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  bool stopping_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace wiregauge::history
