// SPDX-License-Identifier: Apache-2.0
#include "history/history.h"

#include <pthread.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/log.h"
#include "base/text.h"

namespace wiregauge::history {
namespace {

using SteadyClock = std::chrono::steady_clock;

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

History::History(HistoryOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock), readers_(options_.path) {}

void History::Start() {
  {
    MutexLock lock(mutex_);
    started_ = true;
  }
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

uint32_t History::AddSource(const std::string& name, const std::string& path) {
  MutexLock lock(mutex_);
  Source& source = SourceOf(name);
  const auto number = static_cast<uint32_t>(&source - sources_.data());
  if (source.path && source.refusal.empty()) source.stored_path = source.path;
  source.path = path;
  const uint64_t forget_before = source.forget;
  Settle(source);
  if (!source.refusal.empty()) return number;
  if (!path.empty()) Forget(source);
  if (source.forget != forget_before) Drop(source);
  return number;
}

History::Source& History::SourceOf(const std::string& name) {
  const auto known = std::ranges::find(sources_, name, &Source::name);
  if (known != sources_.end()) return *known;
  sources_.emplace_back().name = name;
  return sources_.back();
}

// The file may have something else under the name.
void History::Settle(Source& source) {
  source.refusal.clear();
  if (!source.path || !source.stored_path || *source.path == *source.stored_path) return;
  if (source.stored_path->empty()) {
    Refuse(source);
  } else {
    Replace(source);
  }
}

void History::Refuse(Source& source) {
  source.refusal = *source.path + " is not recorded, because " + source.name +
                   " is a live interface's history: give the file another name, or use another "
                   "data_dir";
  source.forget = 0;
  Tell(source, "history_refused", source.refusal);
}

// What is in memory is this process's.
void History::Replace(Source& source) {
  const std::string by = source.path->empty() ? "the live interface " + source.name : *source.path;
  Forget(source);
  Tell(source, "history_replaced",
       "the history of " + *source.stored_path + " is replaced by that of " + by +
           ": to keep both, give the file another name, or use another data_dir");
}

// Once, though the file may be opened again before it has followed.
void History::Tell(Source& source, std::string kind, std::string text) {
  text = ToValidUtf8(text);
  if (std::exchange(source.told, text) == text) return;
  if (source.refusal.empty()) {
    log::Warning("history", "history is replaced", {{"interface", source.name}, {"problem", text}});
  } else {
    log::Error("history", "a file is not recorded",
               {{"interface", source.name}, {"problem", text}});
  }
  const auto now = std::chrono::floor<std::chrono::milliseconds>(clock_.Now());
  Push({{now.time_since_epoch().count(), source.name, std::move(kind), std::move(text)}, {}});
}

// In the file.
void History::Forget(Source& source) {
  source.forget = ++forgets_;
  for (const auto& [key, number] : source.series) series_[number].row.reset();
}

// From memory.
void History::Drop(Source& source) {
  source.recorded = {};
  source.open.reset();
  for (const auto& hour : source.closed) waiting_bytes_ -= hour->bytes();
  source.closed.clear();
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

bool History::IsRecorded(uint32_t source) const {
  MutexLock lock(mutex_);
  return sources_[source].refusal.empty();
}

void History::Record(uint32_t source_number, int64_t unix_second, std::span<const Value> values,
                     bool may_wait) {
  MutexLock lock(mutex_);
  if (!sources_[source_number].refusal.empty()) return;
  const int64_t start = Hour::StartOf(unix_second);
  if (IsBeside(sources_[source_number], unix_second)) {
    CloseHour(sources_[source_number]);
    while (may_wait && waiting_bytes_ > options_.max_waiting_bytes && MayBeWritten() &&
           !stopping_) {
      changed_.NotifyAll();
      changed_.Wait(lock);
    }
    DropWhatDoesNotFit();
  }
  Source& source = sources_[source_number];
  if (!source.open) {
    source.open = std::make_shared<Hour>(start);
    source.flushed_until = source.taken_until = start;
  }
  source.recorded.Add(unix_second);
  for (const Value& value : values) {
    const SeriesInfo& info = series_[value.series].info;
    source.open->Put(value.series, info.type, info.step_seconds, unix_second, value.value);
  }
  state_.points_recorded += values.size();
}

// The file is there, or was not looked for yet.
bool History::MayBeWritten() const {
  return started_ && (state_.available || state_.problem.empty());
}

// Not in the open hour, or in a part of it that the file has or gets: the clock went back.
bool History::IsBeside(const Source& source, int64_t unix_second) {
  return source.open &&
         (source.open->start() != Hour::StartOf(unix_second) || unix_second < source.taken_until);
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
  Push({std::move(event), std::nullopt});
}

void History::RecordEvent(uint32_t source, Event event) {
  MutexLock lock(mutex_);
  if (sources_[source].refusal.empty()) Push({std::move(event), source});
}

void History::Push(PendingEvent pending) {
  events_.push_back(std::move(pending));
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
  const auto kept = std::chrono::duration_cast<std::chrono::seconds>(options_.keep[tier]);
  return RecordedOf(series).newest - kept.count();
}

Recorded History::RecordedOf(int64_t series) const {
  MutexLock lock(mutex_);
  return sources_[series_.at(static_cast<size_t>(series)).source].recorded;
}

HistoryState History::state() const {
  MutexLock lock(mutex_);
  HistoryState state = state_;
  state.series = series_.size();
  for (const Source& source : sources_) {
    if (source.refusal.empty()) continue;
    if (!state.refused.empty()) state.refused += "; ";
    state.refused += ToValidUtf8(source.refusal);
  }
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
      row = series.row;
      own_step = series.info.step_seconds;
      tier = std::max(tier, OwnTier(own_step));
      answer.step_seconds = StepIn(tier, own_step);
      const auto take = [&](const Hour& hour) {
        const auto at = hour.series().find(static_cast<uint32_t>(number));
        if (at != hour.series().end()) hours.emplace_back(hour.start(), at->second);
      };
      for (const auto& hour : source.closed) take(*hour);
      if (source.open) take(*source.open);
    }
    if (row) {
      auto taken = readers_.Take();
      if (!taken.ok()) return CannotRead(taken.error());
      reader = std::move(taken).value();
    }
  }
  const int64_t step = answer.step_seconds;
  answer.from = FloorTo(from, step);
  const int64_t end = std::max(answer.from, FloorTo(to + step - 1, step));
  if (reader) {
    auto points = reader->Read(tier, *row, own_step, answer.from, end);
    CountDamaged(reader->TakeDamagedChunks());
    if (!points.ok()) Report(points.error());
    readers_.GiveBack(std::move(reader), points.ok());
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

Result<std::vector<Event>> History::Events(int64_t from_unix_ms, int64_t to_unix_ms, size_t most,
                                           const std::function<bool(const Event&)>& takes) {
  std::vector<Event> events;
  Result<std::unique_ptr<HistoryReader>> reader = std::unique_ptr<HistoryReader>();
  bool has_file = false;
  {
    MutexLock visible(visible_);
    {
      MutexLock lock(mutex_);
      for (const auto& [event, source] : events_) {
        if (event.unix_ms < from_unix_ms || event.unix_ms >= to_unix_ms) continue;
        if (takes(event)) events.push_back(event);
      }
      has_file =
          std::ranges::any_of(sources_, [](const Source& one) { return one.row.has_value(); });
    }
    reader = readers_.Take();
  }
  if (!reader.ok() && has_file) return CannotRead(reader.error());
  if (reader.ok()) {
    const auto stored = (*reader)->ReadEvents(from_unix_ms, to_unix_ms, most, takes);
    if (!stored.ok()) Report(stored.error());
    readers_.GiveBack(std::move(reader).value(), stored.ok());
    if (!stored.ok()) return stored.error();
    events.insert(events.end(), stored->begin(), stored->end());
  }
  std::ranges::stable_sort(events, {}, &Event::unix_ms);
  const size_t extra = events.size() - std::min(events.size(), most);
  events.erase(events.begin(), events.begin() + static_cast<ptrdiff_t>(extra));
  return events;
}

Error History::CannotRead(const Error& error) {
  Report(error);
  return {ErrorCode::kUnavailable, "the history cannot be read now"};
}

// The writer tells of it, and sets a damaged file aside.
void History::Report(const Error& error) {
  MutexLock lock(mutex_);
  found_by_reader_ = error;
  changed_.NotifyAll();
}

void History::CountDamaged(uint64_t chunks) {
  if (chunks == 0) return;
  {
    MutexLock lock(mutex_);
    state_.damaged_chunks += chunks;
    if (state_.damaged_chunks > chunks) return;
  }
  log::Error("history", "pieces of series are damaged: they are gaps",
             {{"file", options_.path}, {"pieces", std::to_string(chunks)}});
}

bool History::Flush(Duration most) {
  const auto deadline = SteadyClock::now() + most;
  MutexLock lock(mutex_);
  const uint64_t wanted = rounds_wanted_ = rounds_begun_ + 1;  // one that has begun may miss some
  changed_.NotifyAll();
  while (rounds_done_ < wanted) {
    if (!changed_.WaitUntil(lock, deadline)) return rounds_done_ >= wanted && state_.available;
  }
  return state_.available;
}

}  // namespace wiregauge::history
