// SPDX-License-Identifier: Apache-2.0
// What AlertBook's own thread does: rounds of writing.
#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "alerts/alert_book.h"
#include "base/log.h"
#include "store/database.h"

namespace wiregauge::alerts {
namespace {

using model::Alert;
using model::AlertEnd;
using SteadyClock = std::chrono::steady_clock;

constexpr uint64_t kRoundsToClean = 600;
// How many rounds what is said anew of an alert may wait: scripts say it each second.
constexpr uint64_t kRoundsToRenewals = 30;

uint64_t UnixMilliseconds(Timestamp time) {
  const auto since = std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch();
  return static_cast<uint64_t>(std::max<int64_t>(since.count(), 0));
}

AlertPtr Ended(const Alert& alert, AlertEnd end) {
  auto ended = std::make_shared<Alert>(alert);
  ended->released_at = alert.last_seen_at;
  ended->end = end;
  return ended;
}

}  // namespace

void AlertBook::Start() {
  if (Status status = WriteRound(true); !status.ok()) {
    MutexLock lock(mutex_);
    RebaseOnTime();
  }
  thread_ = std::thread([this] { Run(); });
  pthread_setname_np(thread_.native_handle(), "alerts");
}

void AlertBook::Run() {
  bool last = false;
  Duration pause = options_.flush_interval;
  while (!last) {
    bool everything = false;
    {
      const auto next = SteadyClock::now() + pause;
      MutexLock lock(mutex_);
      while (!IsAsked() && changed_.WaitUntil(lock, next)) {
      }
      last = stopping_;
      everything = last || rounds_wanted_ > rounds_done_;
      ++rounds_begun_;
      ReleaseExpired();
    }
    const Status status = WriteRound(everything);
    TellLosses();
    if (last && !status.ok()) {
      log::Error("alerts", "what was raised and released last could not be written",
                 {{"problem", status.error().message}});
    }
    pause = status.ok() ? options_.flush_interval : options_.retry_interval;
    MutexLock lock(mutex_);
    rounds_done_ = rounds_begun_;
    changed_.NotifyAll();
  }
}

bool AlertBook::IsAsked() const {
  return stopping_ || rounds_wanted_ > rounds_done_ || found_by_reader_ ||
         (state_.available && past_waiting_bytes_ > options_.max_waiting_bytes / 2);
}

Status AlertBook::WriteRound(bool everything) {
  Status status = TryRound(everything);
  const bool is_damaged = !status.ok() && status.error().code == ErrorCode::kDataLoss;
  if (is_damaged && SetAside(status.error())) status = TryRound(everything);
  if (!status.ok()) Fail(status.error());
  return status;
}

Status AlertBook::TryRound(bool everything) {
  Status status = CheckFile();
  const bool is_new = !file_;
  if (status.ok() && is_new) status = OpenFile();
  if (!status.ok()) return status;
  const bool with_renewals = everything || ++rounds_to_renewals_ >= kRoundsToRenewals;
  if (with_renewals) rounds_to_renewals_ = 0;
  const std::vector<AlertPtr> work = TakeWork(with_renewals);
  bool has_grown = is_new;
  if (!work.empty()) {
    status = file_->Write(work);
    Finish(work, status.ok());
    if (!status.ok()) return status;
    for (const AlertPtr& alert : work) has_grown = has_grown || !alert->is_engaged();
  }
  return CleanUp(has_grown);
}

Status AlertBook::CleanUp(bool has_grown) {
  const auto now = settled_clock_.Now();
  if (has_grown) {
    const auto trimmed = file_->Trim(options_.max_past);
    if (!trimmed.ok()) return trimmed.error();
    MutexLock lock(mutex_);
    CountLoss(AlertLoss::kMaxPast, *trimmed);
  }
  if (now && rounds_to_clean_++ % kRoundsToClean == 0) {
    if (Status status = file_->Expire(*now - options_.keep); !status.ok()) return status;
  }
  MutexLock lock(mutex_);
  if (!state_.problem.empty()) {
    log::Info("alerts", "the store is available again", {{"file", options_.path}});
  }
  state_.available = true;
  state_.problem.clear();
  return {};
}

// That it is still the one that was opened, and whole as far as readers know.
Status AlertBook::CheckFile() {
  if (!file_) {
    MutexLock lock(mutex_);
    found_by_reader_.reset();
    return {};
  }
  if (!file_->IsInPlace()) {
    log::Warning("alerts", "the file was removed or replaced", {{"file", options_.path}});
    WaitForReaders();
    LeaveFile();
    return {};
  }
  if (file_->IsEmpty()) {
    return Error{ErrorCode::kDataLoss, options_.path + ": it was cut to nothing"};
  }
  MutexLock lock(mutex_);
  const auto found = std::exchange(found_by_reader_, std::nullopt);
  return found ? Status(*found) : Status();
}

// Until LeaveFile, none begins.
void AlertBook::WaitForReaders() {
  MutexLock lock(mutex_);
  leaving_ = true;
  while (readers_ > 0) changed_.Wait(lock);
}

// What is engaged will be written to the next one.
void AlertBook::LeaveFile() {
  if (file_) file_->Leave();
  file_.reset();
  MutexLock lock(mutex_);
  found_by_reader_.reset();
  for (const AlertPtr& alert : engaged_.All()) engaged_waiting_[alert->id] = false;
  leaving_ = false;
  changed_.NotifyAll();
}

// True: another file can be made.
bool AlertBook::SetAside(const Error& error) {
  WaitForReaders();
  if (file_) file_->Leave();
  file_.reset();
  const auto name = store::SetAside(options_.path, clock_.Now());
  LeaveFile();
  if (!name.ok()) {
    log::Error("alerts", "the store is damaged and cannot be set aside",
               {{"problem", error.message}, {"reason", name.error().message}});
    return false;
  }
  log::Error("alerts", "the store is damaged and was set aside",
             {{"problem", error.message}, {"file", *name}});
  MutexLock lock(mutex_);
  ++state_.files_set_aside;
  RebaseOnTime();
  return true;
}

void AlertBook::Fail(const Error& error) {
  if (error.code == ErrorCode::kConflict) {  // somebody else has changed what is in it
    WaitForReaders();
    LeaveFile();
  }
  MutexLock lock(mutex_);
  if (state_.problem != error.message) {
    log::Error("alerts", "the store is not available", {{"problem", error.message}});
  }
  state_.available = false;
  state_.problem = error.message;
}

Status AlertBook::OpenFile() {
  if (!file_lock_) {
    auto lock = store::FileLock::Take(options_.path + ".lock");
    if (!lock.ok()) return lock.error();
    file_lock_.emplace(std::move(lock).value());
  }
  auto opened = AlertFile::Open(options_.path);
  if (!opened.ok()) return opened.error();
  const auto last_id = opened->LastId();
  if (!last_id.ok()) return last_id.error();
  const auto engaged = opened->Engaged();
  if (!engaged.ok()) return engaged.error();
  file_.emplace(std::move(opened).value());
  MutexLock lock(mutex_);
  if (!has_taken_in_) Rebase(*last_id);
  last_id_ = std::max(last_id_, *last_id);
  TakeIn(*engaged);
  has_taken_in_ = true;
  return {};
}

// No alert of this process has an id up to this.
void AlertBook::Rebase(uint64_t last_id) {
  if (last_id <= base_id_) return;
  const uint64_t higher = last_id - base_id_;
  base_id_ = last_id;
  last_id_ += higher;
  engaged_.Renumber(higher);
  std::map<uint64_t, AlertPtr> past;
  for (const auto& [id, alert] : std::exchange(past_waiting_, {})) {
    auto renumbered = std::make_shared<Alert>(*alert);
    renumbered->id += higher;
    past.emplace(id + higher, std::move(renumbered));
  }
  past_waiting_ = std::move(past);
  engaged_waiting_.clear();
  for (const AlertPtr& alert : engaged_.All()) engaged_waiting_[alert->id] = false;
}

// Above all that a file may have had that cannot be read.
void AlertBook::RebaseOnTime() {
  if (!has_taken_in_) Rebase(UnixMilliseconds(clock_.Now()));
}

// What the file has as engaged: at first an earlier process's, which goes on; later what this one
// could not tell the end of.
void AlertBook::TakeIn(const std::vector<AlertPtr>& engaged) {
  const SteadyTime now = clock_.SteadyNow();
  for (const AlertPtr& alert : engaged) {
    if (engaged_.Find(alert->id) != nullptr || past_waiting_.contains(alert->id)) continue;
    const model::AlertContent& content = alert->content;
    if (has_taken_in_ || engaged_.size() >= options_.max_engaged) {
      AddPast(Ended(*alert, AlertEnd::kEvicted));
    } else if (engaged_.Find(content.type, content.subject) != nullptr) {
      AddPast(Ended(*alert, AlertEnd::kShutdown));
    } else {
      engaged_.Put(alert, now);
      counts_.CountEngaged(content);
    }
  }
}

std::vector<AlertPtr> AlertBook::TakeWork(bool everything) {
  MutexLock lock(mutex_);
  past_writing_ = std::exchange(past_waiting_, {});
  past_waiting_bytes_ = 0;
  std::vector<AlertPtr> work;
  for (const auto& [id, alert] : past_writing_) work.push_back(alert);
  for (const auto& [id, may_wait] : engaged_waiting_) {
    if (everything || !may_wait) work.push_back(engaged_.Find(id));
  }
  return work;
}

void AlertBook::Finish(const std::vector<AlertPtr>& work, bool is_written) {
  MutexLock lock(mutex_);
  const auto past = std::exchange(past_writing_, {});
  if (!is_written) {
    for (const auto& [id, alert] : past) AddPast(alert);
    return;
  }
  for (const AlertPtr& alert : work) {
    if (engaged_.Find(alert->id) == alert) engaged_waiting_.erase(alert->id);
  }
}

void AlertBook::TellLosses() {
  uint64_t lost = 0;
  {
    MutexLock lock(mutex_);
    lost = state_.lost[static_cast<size_t>(AlertLoss::kQueueFull)];
  }
  if (lost > losses_told_) {
    log::Error("alerts", "alerts are lost: more wait to be written than may",
               {{"alerts", std::to_string(lost - losses_told_)}});
  }
  losses_told_ = lost;
}

}  // namespace wiregauge::alerts
