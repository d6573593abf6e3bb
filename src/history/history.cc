// SPDX-License-Identifier: Apache-2.0
#include "history/history.h"

#include <pthread.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/log.h"

namespace wiregauge::history {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr size_t kMostReaders = 8;
constexpr size_t kMostWaitingEvents = 1000;

// Lays an hour's own points over what the file has of [from, from + points * step).
void OverlayHour(const Hour::Series& series, int64_t start, size_t tier, int64_t from,
                 std::vector<Point>& points) {
  std::vector<Point> own = PointsOf(series);
  const uint32_t step = StepIn(tier, series.step_seconds);
  const size_t ratio = step / series.step_seconds;
  if (ratio > 1) own = RollUp(own, ratio);
  const int64_t offset = (start - from) / int64_t{step};
  const size_t skipped = offset < 0 ? std::min(own.size(), static_cast<size_t>(-offset)) : 0;
  const size_t at = offset > 0 ? static_cast<size_t>(offset) : 0;
  if (at >= points.size()) return;
  Overlay(std::span(points).subspan(at), std::span(own).subspan(skipped), series.type,
          static_cast<uint32_t>(ratio));
}

}  // namespace

struct History::Work {
  uint32_t source = 0;
  std::string name;
  bool forget = false;
  std::optional<int64_t> row;
  std::vector<std::pair<uint32_t, SeriesInfo>> new_series;
  std::map<uint32_t, int64_t> rows;  // of series, by number
  std::vector<std::shared_ptr<const Hour>> closed;
  std::shared_ptr<const Hour> open;  // null: there is none
  int64_t until = 0;
  int64_t newest_second = 0;
  HourPart part;  // of the open hour; series by number until it is written
};

struct History::Round {
  std::vector<Work> sources;
  std::vector<Event> events;
  uint64_t first_event = 0;  // the number of the first of them
};

History::History(HistoryOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {}

void History::Start() {
  thread_ = std::thread([this] { Run(); });
  pthread_setname_np(thread_.native_handle(), "history");
}

History::~History() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

uint32_t History::AddSource(const std::string& name, bool starts_anew) {
  MutexLock lock(mutex_);
  const auto known = std::ranges::find(sources_, name, &Source::name);
  Source& source = known != sources_.end() ? *known : sources_.emplace_back();
  source.name = name;
  source.forget = starts_anew;
  return static_cast<uint32_t>(&source - sources_.data());
}

uint32_t History::AddSeries(uint32_t source, const SeriesKey& key, SeriesType type,
                            uint32_t step_seconds) {
  MutexLock lock(mutex_);
  const auto number = static_cast<uint32_t>(series_.size());
  const auto [at, is_new] = sources_[source].series.try_emplace(key, number);
  if (is_new) {
    series_.push_back(
        {{number, sources_[source].name, key, type, step_seconds}, source, std::nullopt});
  }
  return at->second;
}

void History::Record(uint32_t source_number, int64_t unix_second, std::span<const Value> values,
                     bool may_wait) {
  MutexLock lock(mutex_);
  const int64_t start = Hour::StartOf(unix_second);
  if (IsBeside(sources_[source_number], unix_second)) {
    CloseHour(sources_[source_number]);
    while (may_wait && waiting_bytes_ > options_.max_waiting_bytes && state_.available &&
           !stopping_) {
      changed_.NotifyAll();
      changed_.Wait(lock);
    }
    DropWhatDoesNotFit();
  }
  Source& source = sources_[source_number];
  if (!source.open) {
    source.open = std::make_shared<Hour>(start);
    source.flushed_until = start;
  }
  source.newest_second = unix_second;
  for (const Value& value : values) {
    const SeriesInfo& info = series_[value.series].info;
    source.open->Put(value.series, info.type, info.step_seconds, unix_second, value.value);
  }
  state_.points_recorded += values.size();
}

// Not in the open hour, or in a part of it that the file has already: the clock went back.
bool History::IsBeside(const Source& source, int64_t unix_second) {
  return source.open &&
         (source.open->start() != Hour::StartOf(unix_second) || unix_second < source.flushed_until);
}

void History::CloseHour(Source& source) {
  waiting_bytes_ += source.open->bytes();
  source.closed.push_back(std::move(source.open));
}

void History::DropWhatDoesNotFit() {
  while (waiting_bytes_ > options_.max_waiting_bytes) {
    Source* oldest = nullptr;
    for (Source& source : sources_) {
      if (source.closed.empty()) continue;
      if (!oldest || source.closed.front()->start() < oldest->closed.front()->start()) {
        oldest = &source;
      }
    }
    if (oldest == nullptr) return;
    waiting_bytes_ -= oldest->closed.front()->bytes();
    state_.points_lost += oldest->closed.front()->known_points();
    oldest->closed.pop_front();
  }
}

void History::CountCut(std::string_view kind, uint64_t objects) {
  MutexLock lock(mutex_);
  state_.series_cut[std::string(kind)] += objects;
}

void History::RecordEvent(Event event) {
  MutexLock lock(mutex_);
  events_.push_back(std::move(event));
  if (events_.size() <= kMostWaitingEvents) return;
  events_.pop_front();
  ++first_event_;
  ++state_.events_lost;
}

std::vector<SeriesInfo> History::AllSeries() const {
  MutexLock lock(mutex_);
  std::vector<SeriesInfo> all;
  all.reserve(series_.size());
  for (const Series& series : series_) all.push_back(series.info);
  return all;
}

uint64_t History::series_version() const {
  MutexLock lock(mutex_);
  return series_.size();
}

int64_t History::KeptFrom(int64_t series, size_t tier) const {
  using std::chrono::duration_cast;
  MutexLock lock(mutex_);
  const int64_t newest = sources_[series_.at(static_cast<size_t>(series)).source].newest_second;
  return newest - duration_cast<std::chrono::seconds>(options_.keep[tier]).count();
}

HistoryState History::state() const {
  MutexLock lock(mutex_);
  HistoryState state = state_;
  state.series = series_.size();
  return state;
}

Result<History::Points> History::Read(int64_t number, size_t tier, int64_t from, int64_t to) {
  Points answer;
  std::vector<std::pair<int64_t, Hour::Series>> hours;
  std::optional<int64_t> row;
  uint32_t own_step = 1;
  std::unique_ptr<HistoryReader> reader;
  {
    MutexLock visible(visible_);
    {
      MutexLock lock(mutex_);
      const Series& series = series_.at(static_cast<size_t>(number));
      const Source& source = sources_[series.source];
      if (!source.forget) row = series.row;
      own_step = series.info.step_seconds;
      answer.step_seconds = StepIn(tier, series.info.step_seconds);
      const auto take = [&](const Hour& hour) {
        const auto at = hour.series().find(static_cast<uint32_t>(number));
        if (at != hour.series().end()) hours.emplace_back(hour.start(), at->second);
      };
      for (const auto& hour : source.closed) take(*hour);
      if (source.open) take(*source.open);
    }
    if (row) reader = BeginReading();
  }
  const int64_t step = answer.step_seconds;
  answer.from = FloorTo(from, step);
  const int64_t end = FloorTo(to + step - 1, step);
  if (reader) {
    auto points = reader->Read(tier, *row, own_step, answer.from, end);
    GiveBack(std::move(reader));
    if (!points.ok()) return points.error();
    answer.points = std::move(points).value();
  } else {
    answer.points.resize(static_cast<size_t>((end - answer.from) / step));
  }
  for (const auto& [start, series] : hours) {
    OverlayHour(series, start, tier, answer.from, answer.points);
  }
  return answer;
}

Result<std::vector<Event>> History::Events(int64_t from_unix_ms, int64_t to_unix_ms, size_t most) {
  std::vector<Event> events;
  std::unique_ptr<HistoryReader> reader;
  {
    MutexLock visible(visible_);
    {
      MutexLock lock(mutex_);
      std::ranges::copy_if(events_, std::back_inserter(events), [&](const Event& event) {
        return event.unix_ms >= from_unix_ms && event.unix_ms < to_unix_ms;
      });
    }
    reader = BeginReading();
  }
  if (reader) {
    const auto stored = reader->ReadEvents(from_unix_ms, to_unix_ms, most);
    GiveBack(std::move(reader));
    if (!stored.ok()) return stored.error();
    events.insert(events.end(), stored->begin(), stored->end());
  }
  std::ranges::stable_sort(events, {}, &Event::unix_ms);
  if (events.size() > most)
    events.erase(events.begin(), events.end() - static_cast<ptrdiff_t>(most));
  return events;
}

// Null: the file cannot be read now.
std::unique_ptr<HistoryReader> History::BeginReading() {
  auto reader = TakeReader();
  return reader != nullptr && reader->Begin().ok() ? std::move(reader) : nullptr;
}

void History::GiveBack(std::unique_ptr<HistoryReader> reader) {
  reader->End();
  MutexLock lock(mutex_);
  if (readers_.size() < kMostReaders) readers_.push_back(std::move(reader));
}

std::unique_ptr<HistoryReader> History::TakeReader() {
  {
    MutexLock lock(mutex_);
    if (!readers_.empty()) {
      auto reader = std::move(readers_.back());
      readers_.pop_back();
      return reader;
    }
  }
  auto opened = HistoryReader::Open(options_.path);
  return opened.ok() ? std::make_unique<HistoryReader>(std::move(opened).value()) : nullptr;
}

bool History::Flush(Duration most) {
  const auto deadline = SteadyClock::now() + most;
  MutexLock lock(mutex_);
  const uint64_t wanted = rounds_wanted_ = rounds_done_ + 2;  // one may have begun already
  changed_.NotifyAll();
  while (rounds_done_ < wanted) {
    if (!changed_.WaitUntil(lock, deadline)) return rounds_done_ >= wanted;
  }
  return state_.available;
}

void History::Run() {
  bool last = false;
  while (!last) {
    {
      MutexLock lock(mutex_);
      last = stopping_;
    }
    const Status status = WriteRound(last);
    const Duration pause = status.ok() ? options_.flush_interval : options_.retry_interval;
    const auto next = SteadyClock::now() + pause;
    MutexLock lock(mutex_);
    ++rounds_done_;
    changed_.NotifyAll();
    while (!IsAsked() && changed_.WaitUntil(lock, next)) {
    }
  }
}

bool History::IsAsked() const {
  return stopping_ || rounds_wanted_ > rounds_done_ ||
         (state_.available && waiting_bytes_ > options_.max_waiting_bytes / 2);
}

Status History::WriteRound(bool last) {
  Status status = file_ ? Status() : OpenFile();
  Round round = TakeWork(last);
  if (status.ok()) status = Write(round);
  if (!status.ok()) {
    Fail(status.error());
    return status;
  }
  const bool has_grown =
      std::ranges::any_of(round.sources, [](const Work& work) { return !work.closed.empty(); });
  auto dropped = has_grown ? file_->Shrink(options_.max_file_bytes) : Result<uint64_t>(0);
  const auto used = file_->UsedBytes();
  MutexLock lock(mutex_);
  if (!state_.problem.empty()) {
    log::Info("history", "the store is available again", {{"file", options_.path}});
  }
  state_.available = true;
  state_.problem.clear();
  if (dropped.ok()) state_.chunks_dropped += *dropped;
  if (used.ok()) state_.file_bytes = *used;
  return {};
}

// What a reader knows of a file that is not there any more goes with it.
void History::Fail(const Error& error) {
  std::string problem = error.message;
  const bool is_damaged = error.code == ErrorCode::kDataLoss;
  bool is_aside = false;
  if (is_damaged) {
    file_.reset();
    const auto name = store::SetAside(options_.path, clock_.Now());
    is_aside = name.ok();
    problem += is_aside ? "; it was set aside as " + *name : "; " + name.error().message;
  }
  MutexLock lock(mutex_);
  if (is_damaged) readers_.clear();
  if (is_aside) {
    ++state_.files_set_aside;
    for (Source& source : sources_) {
      source.row.reset();
      if (source.open) source.flushed_until = source.open->start();
    }
    for (Series& series : series_) series.row.reset();
  }
  if (state_.problem != problem) {
    log::Error("history", "the store is not available: nothing is lost yet",
               {{"problem", problem}});
  }
  state_.available = false;
  state_.problem = std::move(problem);
}

Status History::OpenFile() {
  auto opened = HistoryFile::Open(options_.path);
  if (!opened.ok()) return opened.error();
  const auto stored = opened->AllSeries();
  if (!stored.ok()) return stored.error();
  file_.emplace(std::move(opened).value());
  MutexLock lock(mutex_);
  for (const StoredSeries& series : *stored) TakeIn(series);
  return {};
}

void History::TakeIn(const StoredSeries& stored) {
  auto source = std::ranges::find(sources_, stored.info.source, &Source::name);
  if (source == sources_.end()) {
    source = sources_.emplace(sources_.end());
    source->name = stored.info.source;
  }
  if (source->forget) return;
  source->newest_second = std::max(source->newest_second, stored.newest_second);
  source->row = stored.source_row;
  const auto number = static_cast<uint32_t>(series_.size());
  const auto [at, is_new] = source->series.try_emplace(stored.info.key, number);
  if (is_new) {
    series_.push_back({stored.info, static_cast<uint32_t>(source - sources_.begin()), {}});
    series_.back().info.id = number;
  }
  series_[at->second].row = stored.row;
}

History::Round History::TakeWork(bool last) {
  MutexLock lock(mutex_);
  Round round{std::vector<Work>(sources_.size()), {events_.begin(), events_.end()}, first_event_};
  for (uint32_t number = 0; number < sources_.size(); ++number) {
    const Source& source = sources_[number];
    Work& work = round.sources[number];
    work.source = number;
    work.name = source.name;
    work.forget = source.forget;
    work.row = source.row;
    work.newest_second = source.newest_second;
    work.closed.assign(source.closed.begin(), source.closed.end());
    for (const auto& [key, series] : source.series) {
      if (series_[series].row) {
        work.rows.emplace(series, *series_[series].row);
      } else {
        work.new_series.emplace_back(series, series_[series].info);
      }
    }
    if (!source.open) continue;
    work.open = source.open;
    work.until = last ? source.open->start() + kHourSeconds : source.newest_second;
    work.part = OpenPart(source, work.until);
  }
  return round;
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
  for (const Event& event : round.events) {
    if (Status status = file_->AddEvent(event); !status.ok()) return status;
  }
  MutexLock visible(visible_);
  if (Status status = transaction->Commit(); !status.ok()) return status;
  MutexLock lock(mutex_);
  for (const Work& work : round.sources) Finish(work);
  FinishEvents(round);
  changed_.NotifyAll();
  return {};
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
  if (!work.forget && work.closed.empty() && work.part.entries.empty()) return {};
  if (!work.row || work.forget) {
    const auto row = file_->SourceRow(work.name);
    if (!row.ok()) return row.error();
    work.row = *row;
  }
  if (work.forget) {
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
  if (Status status = file_->SetNewest(*work.row, work.newest_second); !status.ok()) return status;
  if (work.part.entries.empty()) return {};
  HourPart stored = work.part;
  for (HourPart::Entry& entry : stored.entries) {
    entry.series = work.rows.at(static_cast<uint32_t>(entry.series));
  }
  return file_->AppendOpen(*work.row, work.open->start(), stored);
}

void History::Finish(const Work& work) {
  Source& source = sources_[work.source];
  source.row = work.row;
  source.forget = false;
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
