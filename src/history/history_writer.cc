// SPDX-License-Identifier: Apache-2.0
// What History's own thread does: rounds of writing.
#include <algorithm>
#include <utility>

#include "base/log.h"
#include "history/history.h"

namespace wiregauge::history {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kRoundsToCheckpoint = 30;
// Of each source: what a round has written stays written, however many there are.
constexpr size_t kMostHoursOfARound = 50;

}  // namespace

struct History::Work {
  uint32_t source = 0;
  std::string name;
  std::string path;
  uint64_t forget = 0;
  std::optional<int64_t> row;
  std::map<uint32_t, SeriesInfo> new_series;  // by number
  std::map<uint32_t, int64_t> rows;           // of series, by number
  std::vector<std::shared_ptr<const Hour>> closed;
  std::shared_ptr<const Hour> open;  // null: there is none
  int64_t until = 0;
  Recorded recorded;
  HourPart part;  // of the open hour; series by number until it is written
};

struct History::Round {
  std::vector<Work> sources;
  std::vector<PendingEvent> events;
  uint64_t first_event = 0;  // the number of the first of them
};

void History::Run() {
  bool last = false;
  while (!last) {
    {
      MutexLock lock(mutex_);
      last = stopping_;
      ++rounds_begun_;
    }
    Status status = WriteRound(last);
    while (status.ok() && HasClosedHours()) status = WriteRound(last);
    TellLosses();
    if (last && !status.ok()) {
      log::Error("history", "what was recorded last could not be written",
                 {{"problem", status.error().message}});
    }
    const Duration pause = status.ok() ? options_.flush_interval : options_.retry_interval;
    const auto next = SteadyClock::now() + pause;
    MutexLock lock(mutex_);
    ++rounds_done_;
    changed_.NotifyAll();
    while (!IsAsked() && changed_.WaitUntil(lock, next)) {
    }
  }
}

bool History::HasClosedHours() const {
  MutexLock lock(mutex_);
  return std::ranges::any_of(sources_, [](const Source& source) { return !source.closed.empty(); });
}

bool History::IsAsked() const {
  return stopping_ || rounds_wanted_ > rounds_done_ || found_by_reader_ ||
         (state_.available && waiting_bytes_ > options_.max_waiting_bytes / 2);
}

Status History::WriteRound(bool last) {
  Status status = TryRound(last);
  const bool is_damaged = !status.ok() && status.error().code == ErrorCode::kDataLoss;
  if (is_damaged && SetAside(status.error())) status = TryRound(last);
  if (!status.ok()) Fail(status.error());
  return status;
}

Status History::TryRound(bool last) {
  Status status = CheckFile();
  const bool is_new = !file_;
  if (status.ok() && is_new) status = OpenFile();
  if (!status.ok()) return status;
  Round round = TakeWork(last);
  status = Write(round);
  CountDamaged(file_->TakeDamagedChunks());
  if (!status.ok()) return status;
  const bool has_grown =
      std::ranges::any_of(round.sources, [](const Work& work) { return !work.closed.empty(); });
  return CleanUp(is_new || has_grown);
}

Status History::CleanUp(bool has_grown) {
  const auto dropped = has_grown ? file_->Shrink(options_.max_file_bytes) : Result<uint64_t>(0);
  if (!dropped.ok()) return dropped.error();
  if (has_grown || ++rounds_since_checkpoint_ >= kRoundsToCheckpoint) {
    if (Status status = file_->Checkpoint(); !status.ok()) return status;
    rounds_since_checkpoint_ = 0;
  }
  const auto used = file_->UsedBytes();
  if (!used.ok()) return used.error();
  MutexLock lock(mutex_);
  if (!state_.problem.empty()) {
    log::Info("history", "the store is available again", {{"file", options_.path}});
  }
  state_.available = true;
  state_.problem.clear();
  state_.chunks_dropped += *dropped;
  state_.file_bytes = *used;
  return {};
}

// That it is still the one that was opened, and whole as far as readers know.
Status History::CheckFile() {
  if (!file_) return {};
  if (!file_->IsInPlace()) {
    log::Warning("history", "the file was removed or replaced", {{"file", options_.path}});
    MutexLock visible(visible_);
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

// True: another file can be made.
bool History::SetAside(const Error& error) {
  MutexLock visible(visible_);
  LeaveFile();
  const auto name = store::SetAside(options_.path, clock_.Now());
  if (!name.ok()) {
    log::Error("history", "the store is damaged and cannot be set aside",
               {{"problem", error.message}, {"reason", name.error().message}});
    return false;
  }
  log::Error("history", "the store is damaged and was set aside",
             {{"problem", error.message}, {"file", *name}});
  MutexLock lock(mutex_);
  ++state_.files_set_aside;
  return true;
}

void History::Fail(const Error& error) {
  if (error.code == ErrorCode::kConflict) {  // somebody else has changed what is in it
    MutexLock visible(visible_);
    LeaveFile();
  }
  MutexLock lock(mutex_);
  if (state_.problem != error.message) {
    log::Error("history", "the store is not available", {{"problem", error.message}});
  }
  state_.available = false;
  state_.problem = error.message;
}

// What is known of the file goes with it, and what of its open hours is in memory will be written
// to the next one.
void History::LeaveFile() {
  readers_.Close();
  if (file_) file_->Leave();
  file_.reset();
  MutexLock lock(mutex_);
  found_by_reader_.reset();
  for (Source& source : sources_) {
    source.row.reset();
    source.stored_path.reset();
    if (source.open) source.flushed_until = source.taken_until = source.open->start();
  }
  for (Series& series : series_) series.row.reset();
}

void History::TellLosses() {
  uint64_t lost = 0;
  {
    MutexLock lock(mutex_);
    lost = state_.points_lost;
  }
  if (lost > losses_told_) {
    log::Error("history", "points are lost: more wait to be written than may",
               {{"points", std::to_string(lost - losses_told_)}});
  }
  losses_told_ = lost;
}

std::set<OpenHour> History::HoursInMemory() const {
  std::set<OpenHour> hours;
  MutexLock lock(mutex_);
  for (const Source& source : sources_) {
    if (source.open) hours.emplace(source.name, source.open->start());
    for (const auto& hour : source.closed) hours.emplace(source.name, hour->start());
  }
  return hours;
}

Status History::OpenFile() {
  if (!file_lock_) {
    auto lock = store::FileLock::Take(options_.path + ".lock");
    if (!lock.ok()) return lock.error();
    file_lock_.emplace(std::move(lock).value());
  }
  // Until this process has written, open points are an earlier one's, also of the same hour.
  auto opened =
      HistoryFile::Open(options_.path, has_written_ ? HoursInMemory() : std::set<OpenHour>());
  if (!opened.ok()) return opened.error();
  if (Status status = opened->ForgetExpiredSeries(); !status.ok()) {
    return status.error();
  }
  const auto sources = opened->AllSources();
  if (!sources.ok()) return sources.error();
  const auto series = opened->AllSeries();
  if (!series.ok()) return series.error();
  file_.emplace(std::move(opened).value());
  MutexLock lock(mutex_);
  for (const StoredSource& source : *sources) SourceOf(source.name).stored_path = source.path;
  SettleAll();
  for (const StoredSeries& one : *series) TakeIn(one);
  return {};
}

// Whose name each source has in the file, and what is in memory of those that are refused goes.
void History::SettleAll() {
  for (Source& source : sources_) {
    Settle(source);
    if (source.refusal.empty()) continue;
    Drop(source);
    const auto number = static_cast<uint32_t>(&source - sources_.data());
    std::erase_if(events_, [&](const PendingEvent& pending) { return pending.source == number; });
  }
}

void History::TakeIn(const StoredSeries& stored) {
  Source& source = SourceOf(stored.info.source);
  if (source.forget != 0) return;
  source.recorded.newest = std::max(source.recorded.newest, stored.recorded.newest);
  source.recorded.first = std::min(source.recorded.first, stored.recorded.first);
  source.recorded.last = std::max(source.recorded.last, stored.recorded.last);
  source.row = stored.source_row;
  const auto number = static_cast<uint32_t>(series_.size());
  const auto [at, is_new] = source.series.try_emplace(stored.info.key, number);
  if (is_new) {
    series_.push_back({stored.info, static_cast<uint32_t>(&source - sources_.data()), {}});
    series_.back().info.id = number;
  }
  series_[at->second].row = stored.row;
}

History::Round History::TakeWork(bool last) {
  MutexLock lock(mutex_);
  Round round{std::vector<Work>(sources_.size()), {events_.begin(), events_.end()}, first_event_};
  for (uint32_t number = 0; number < sources_.size(); ++number) {
    Source& source = sources_[number];
    Work& work = round.sources[number];
    work.source = number;
    work.name = source.name;
    work.path = source.path.value_or("");
    work.forget = source.forget;
    work.row = source.row;
    work.recorded = source.recorded;
    const size_t hours = std::min(source.closed.size(), kMostHoursOfARound);
    work.closed.assign(source.closed.begin(),
                       source.closed.begin() + static_cast<ptrdiff_t>(hours));
    for (const auto& hour : work.closed) {
      for (const auto& [series, values] : hour->series()) TakeRow(series, work);
    }
    if (!source.open) continue;
    work.open = source.open;
    work.until = last ? source.open->start() + kHourSeconds : source.recorded.newest;
    work.part = OpenPart(source, work.until);
    for (const HourPart::Entry& entry : work.part.entries) {
      TakeRow(static_cast<uint32_t>(entry.series), work);
    }
    source.taken_until = std::max(source.taken_until, work.until);
  }
  return round;
}

// Where the series is in the file, or that it has to be made there.
void History::TakeRow(uint32_t number, Work& work) const {
  const Series& series = series_[number];
  if (series.row) {
    work.rows.emplace(number, *series.row);
  } else {
    work.new_series.emplace(number, series.info);
  }
}

// The steps that are over by `until` and were not at the last time.
HourPart History::OpenPart(const Source& source, int64_t until) const {
  const int64_t start = source.open->start();
  HourPart part;
  for (const auto& [number, series] : source.open->series()) {
    const auto first = static_cast<size_t>((source.flushed_until - start) / series.step_seconds);
    const auto end =
        std::min(series.values.size(), static_cast<size_t>((until - start) / series.step_seconds));
    if (first >= end) continue;
    part.entries.push_back({number,
                            static_cast<uint32_t>(first),
                            {series.values.begin() + static_cast<ptrdiff_t>(first),
                             series.values.begin() + static_cast<ptrdiff_t>(end)}});
  }
  return part;
}

Status History::Write(Round& round) {
  auto transaction = store::Transaction::Begin(file_->database());
  if (!transaction.ok()) return transaction.error();
  for (Work& work : round.sources) {
    if (Status status = WriteSource(work); !status.ok()) return status;
  }
  for (const PendingEvent& pending : round.events) {
    if (Status status = WriteEvent(pending, round); !status.ok()) return status;
  }
  MutexLock visible(visible_);
  if (Status status = transaction->Commit(); !status.ok()) return status;
  has_written_ = true;
  MutexLock lock(mutex_);
  for (const Work& work : round.sources) Finish(work);
  FinishEvents(round);
  changed_.NotifyAll();
  return {};
}

Status History::WriteEvent(const PendingEvent& pending, Round& round) {
  if (!pending.source) return file_->AddEvent(pending.event);
  Work& work = round.sources[*pending.source];
  if (!work.row) {
    const auto row = file_->SourceRow(work.name);
    if (!row.ok()) return row.error();
    work.row = *row;
  }
  return file_->AddEvent(pending.event, work.row);
}

void History::FinishEvents(const Round& round) {
  const uint64_t end = round.first_event + round.events.size();
  // Those that had to go in the meantime went for nothing.
  state_.events_lost -= std::min(first_event_, end) - round.first_event;
  while (first_event_ < end) {
    events_.pop_front();
    ++first_event_;
  }
}

Status History::WriteSource(Work& work) {
  const bool forgets = work.forget != 0;
  if (!forgets && work.closed.empty() && work.part.entries.empty()) return {};
  if (!work.row || forgets) {
    const auto row = file_->SourceRow(work.name);
    if (!row.ok()) return row.error();
    work.row = *row;
  }
  if (forgets) {
    if (Status status = file_->ForgetSource(*work.row); !status.ok()) return status;
  }
  for (const auto& [number, info] : work.new_series) {
    const auto row = file_->AddSeries(*work.row, info);
    if (!row.ok()) return row.error();
    work.rows.emplace(number, *row);
  }
  for (const auto& hour : work.closed) {
    Status status = file_->WriteHour(*work.row, *hour,
                                     [&work](uint32_t number) { return work.rows.at(number); });
    if (status.ok()) status = file_->Expire(*work.row, hour->start(), options_.keep);
    if (!status.ok()) return status;
  }
  if (Status status = file_->SetSource(*work.row, work.path, work.recorded); !status.ok())
    return status;
  if (work.part.entries.empty()) return {};
  HourPart stored = work.part;
  for (HourPart::Entry& entry : stored.entries) {
    entry.series = work.rows.at(static_cast<uint32_t>(entry.series));
  }
  return file_->AppendOpen(*work.row, work.open->start(), stored);
}

void History::Finish(const Work& work) {
  Source& source = sources_[work.source];
  if (source.forget != work.forget) return;  // the next round takes away what was written
  source.row = work.row;
  source.forget = 0;
  for (const auto& [number, row] : work.rows) series_[number].row = row;
  for (const auto& hour : work.closed) {
    const auto at = std::ranges::find(source.closed, hour);
    if (at == source.closed.end()) {  // dropped in the meantime, for nothing
      state_.points_lost -= hour->known_points();
      continue;
    }
    waiting_bytes_ -= hour->bytes();
    source.closed.erase(at);
  }
  if (source.open == work.open) source.flushed_until = work.until;
}

}  // namespace wiregauge::history
