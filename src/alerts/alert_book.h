// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "alerts/alert_counts.h"
#include "alerts/alert_file.h"
#include "alerts/alert_reading.h"
#include "alerts/engaged_alerts.h"
#include "alerts/settled_clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "model/alert.h"
#include "model/host_alerts.h"
#include "store/file_lock.h"

namespace wiregauge::alerts {

struct AlertOptions {
  std::string path;
  Duration keep{};         // of past ones, since they were released
  size_t max_past = 0;     // the oldest go first
  size_t max_engaged = 0;  // no further one is taken
  Duration flush_interval = std::chrono::seconds(1);
  Duration retry_interval = std::chrono::seconds(10);  // after a failure
  size_t max_waiting_bytes = size_t{16} << 20;         // of past ones that could not be written yet
};

// Why an alert is lost, or the raising of one.
enum class AlertLoss : uint8_t {
  kInvalid,     // it was not as an alert has to be
  kMaxEngaged,  // as many were engaged as may be
  kMaxPast,     // as many were past as may be: the oldest went before its time
  kQueueFull,   // it could not be written, and others needed its room in memory
  kCount,
};
std::string_view AlertLossName(AlertLoss loss);  // "invalid", "max_engaged", ...
inline constexpr size_t kAlertLosses = static_cast<size_t>(AlertLoss::kCount);

// Counters are of this process.
struct AlertState {
  bool available = false;  // the file is open and the last write went well
  std::string problem{};   // a sentence; empty while it is available
  uint64_t files_set_aside = 0;
  size_t engaged = 0;
  std::array<uint64_t, kAlertLosses> lost{};
  std::vector<TypeCounts> types{};  // in the order in which they came
};

// Who raises alerts puts them here, who shows them reads here. Engaged ones are in memory; a thread
// of its own writes all of them to an SQLite file, so neither raising nor releasing waits for a
// disk. Whatever happens to the file, the book goes on in memory: the file is opened again and
// again, a damaged one is set aside first. What is engaged survives a restart, and its ttl begins
// anew. Thread-safe, but for Start and Stop.
class AlertBook {
 public:
  // Borrows the clock.
  AlertBook(AlertOptions options, const Clock& clock);
  ~AlertBook();

  // Opens the file, and writes from now on; what is raised before waits. Once.
  void Start();
  // Writes what there is. Afterwards nothing is written.
  void Stop();

  // Engages the alert, or renews the one of the same type and subject: what is said of it is said
  // anew. With a ttl it is released by itself when it is not raised again in time. Gives its id.
  // kInvalidArgument: it is not as an alert has to be; kUnavailable: as many are engaged as may be.
  Result<uint64_t> Raise(model::AlertContent content, std::optional<Duration> ttl = std::nullopt)
      WIREGAUGE_EXCLUDES(mutex_);
  // False: it was not engaged.
  bool Release(std::string_view type, model::AlertSubject subject) WIREGAUGE_EXCLUDES(mutex_);
  // kNotFound: there is no such alert; kConflict: it is not engaged; kUnavailable: which of these
  // cannot be said now.
  Result<AlertPtr> Release(uint64_t id) WIREGAUGE_EXCLUDES(mutex_);
  // Something that happened and has no duration: it is past at once. Gives its id.
  Result<uint64_t> Store(model::AlertContent content) WIREGAUGE_EXCLUDES(mutex_);

  // All alerts as they are now. A thread has one at a time. kUnavailable: those that are past
  // cannot be read.
  Result<AlertReading> Read() WIREGAUGE_EXCLUDES(mutex_);
  // Those that are engaged, whatever the file is like.
  AlertReading ReadEngaged() WIREGAUGE_EXCLUDES(mutex_);
  // Cheap: the same one until alerts about hosts change.
  std::shared_ptr<const model::HostAlerts> host_alerts() WIREGAUGE_EXCLUDES(mutex_);
  AlertState state() WIREGAUGE_EXCLUDES(mutex_);
  // Waits until all that was raised and released before is written, or `most` is over. False: it is
  // not.
  bool Flush(Duration most) WIREGAUGE_EXCLUDES(mutex_);

 private:
  class InUse;

  void Run();
  Status WriteRound(bool everything);
  Status TryRound(bool everything);
  Status CheckFile();
  Status OpenFile();
  Status CleanUp(bool has_grown);
  bool SetAside(const Error& error);
  void Fail(const Error& error);
  void LeaveFile() WIREGAUGE_EXCLUDES(mutex_);
  void WaitForReaders() WIREGAUGE_EXCLUDES(mutex_);
  void TellLosses() WIREGAUGE_EXCLUDES(mutex_);
  std::vector<AlertPtr> TakeWork(bool everything) WIREGAUGE_EXCLUDES(mutex_);
  void Finish(const std::vector<AlertPtr>& work, bool is_written) WIREGAUGE_EXCLUDES(mutex_);

  void TakeIn(const std::vector<AlertPtr>& engaged) WIREGAUGE_REQUIRES(mutex_);
  void Rebase(uint64_t last_id) WIREGAUGE_REQUIRES(mutex_);
  void RebaseOnTime() WIREGAUGE_REQUIRES(mutex_);
  void ReleaseExpired() WIREGAUGE_REQUIRES(mutex_);
  AlertPtr End(uint64_t id, model::AlertEnd end) WIREGAUGE_REQUIRES(mutex_);
  void EndTaken(const AlertPtr& alert, model::AlertEnd end) WIREGAUGE_REQUIRES(mutex_);
  void AddPast(AlertPtr alert) WIREGAUGE_REQUIRES(mutex_);
  void DropWhatDoesNotFit() WIREGAUGE_REQUIRES(mutex_);
  std::vector<AlertPtr> InMemory() const WIREGAUGE_REQUIRES(mutex_);
  void CountLoss(AlertLoss loss, uint64_t alerts = 1) WIREGAUGE_REQUIRES(mutex_);
  Error Refuse(AlertLoss loss, Error error) WIREGAUGE_EXCLUDES(mutex_);
  void Report(const Error& error) WIREGAUGE_EXCLUDES(mutex_);
  bool IsAsked() const WIREGAUGE_REQUIRES(mutex_);

  const AlertOptions options_;
  const Clock& clock_;

  // The writer's alone.
  std::optional<store::FileLock> file_lock_;
  std::optional<AlertFile> file_;
  SettledClock settled_clock_;
  uint64_t rounds_to_clean_ = 0, rounds_to_renewals_ = 0;
  uint64_t losses_told_ = 0;

  mutable Mutex mutex_;
  CondVar changed_;
  EngagedAlerts engaged_ WIREGAUGE_GUARDED_BY(mutex_);
  AlertCounts counts_ WIREGAUGE_GUARDED_BY(mutex_);
  // Not in the file as they are now. Of those that are engaged: whether it may wait.
  std::map<uint64_t, bool> engaged_waiting_ WIREGAUGE_GUARDED_BY(mutex_);
  std::map<uint64_t, AlertPtr> past_waiting_ WIREGAUGE_GUARDED_BY(mutex_);
  // What of it is being written.
  std::map<uint64_t, AlertPtr> past_writing_ WIREGAUGE_GUARDED_BY(mutex_);
  size_t past_waiting_bytes_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  uint64_t base_id_ WIREGAUGE_GUARDED_BY(mutex_) = 0;  // before the first one of this process
  uint64_t last_id_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  bool has_taken_in_ WIREGAUGE_GUARDED_BY(mutex_) = false;  // what an earlier process left
  AlertState state_ WIREGAUGE_GUARDED_BY(mutex_);
  std::optional<Error> found_by_reader_ WIREGAUGE_GUARDED_BY(mutex_);  // why it could not read
  size_t readers_ WIREGAUGE_GUARDED_BY(mutex_) = 0;                    // that have the file open
  bool leaving_ WIREGAUGE_GUARDED_BY(mutex_) = false;                  // none may begin
  uint64_t rounds_wanted_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  uint64_t rounds_begun_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  uint64_t rounds_done_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  bool stopping_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace wiregauge::alerts
