// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "base/log.h"
#include "base/text.h"

namespace wiregauge::sinks {
namespace {

namespace fs = std::filesystem;
using model::SinkDropReason;
using SteadyClock = std::chrono::steady_clock;

constexpr Duration kSyncInterval = std::chrono::seconds(1),
                   kRetryInterval = std::chrono::seconds(1);
constexpr std::string_view kExtension = ".spool";
constexpr const char kPosition[] = "/position", kEncoding[] = "/encoding";

std::optional<uint64_t> NumberOf(const fs::path& path) {
  if (path.extension() != kExtension) return std::nullopt;
  return ParseNumber<uint64_t>(path.stem().string());
}

// "20261127T235959Z"
std::string Compact(Timestamp time) {
  std::string text = FormatRfc3339(time).substr(0, sizeof "2026-11-27T23:59:59" - 1);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + "Z";
}

}  // namespace

Result<std::unique_ptr<Spool>> Spool::Open(SpoolOptions options) {
  options.segment_bytes = std::min(options.segment_bytes, options.most_bytes / 4);
  auto spool = std::unique_ptr<Spool>(new Spool(std::move(options)));
  if (Status status = spool->OpenFolder(); !status.ok()) return status.error();
  auto encoding = spool->ReadEncoding();
  if (!encoding.ok()) return encoding.error();
  const bool is_ours = *encoding == spool->options_.encoding;
  spool->has_encoding_ = is_ours;
  if (Status status = spool->OpenPosition(); !status.ok()) return status.error();
  if (Status status = spool->ReadSegments(is_ours); !status.ok()) return status.error();
  if (!is_ours) {
    if (Status status = spool->SetAside(); !status.ok()) return status.error();
  }
  // Both slots: they have their room on the disk before it is full.
  for (int slot = 0; slot < 2; ++slot) spool->WritePosition();
  return spool;
}

Status Spool::OpenFolder() {
  std::error_code error;
  const bool is_made = fs::create_directories(options_.dir, error);
  if (is_made && !error) fs::permissions(options_.dir, fs::perms::owner_all, error);
  if (error) return Error{ErrorCode::kUnavailable, options_.dir + ": " + error.message()};
  auto lock = store::FileLock::Take(options_.dir + "/lock");
  if (!lock.ok()) return Error{lock.error().code, "spool: " + lock.error().message};
  lock_ = std::move(lock).value();
  return {};
}

Status Spool::OpenPosition() {
  MutexLock position_lock(position_mutex_);
  return position_.Open(options_.dir + kPosition);
}

Status Spool::ReadSegments(bool may_cut) {
  std::error_code error;
  std::vector<uint64_t> numbers;
  for (const auto& entry : fs::directory_iterator(options_.dir, error)) {
    if (const auto number = NumberOf(entry.path())) numbers.push_back(*number);
  }
  if (error) return Error{ErrorCode::kUnavailable, options_.dir + ": " + error.message()};
  std::ranges::sort(numbers);
  SpoolPosition position;
  {
    MutexLock position_lock(position_mutex_);
    position = position_.opened();
  }
  {
    MutexLock lock(mutex_);
    next_record_ = position.next_record;
  }
  for (size_t i = 0; i < numbers.size(); ++i) {
    const auto next = i + 1 < numbers.size() ? std::optional(numbers[i + 1]) : std::nullopt;
    auto segment = ReadSegment(numbers[i], next, may_cut);
    if (!segment.ok()) return segment.error();
    MutexLock lock(mutex_);
    if (!segment->frames.empty()) segments_.push_back(std::move(segment).value());
  }
  SkipSettled(position);
  CountOpened(position);
  return {};
}

// `next`: the number of the segment behind it. What is missing at the end is told by that, or by
// the position. What no position knows of is torn, and is cut off.
Result<Spool::Segment> Spool::ReadSegment(uint64_t number, std::optional<uint64_t> next,
                                          bool may_cut) {
  auto scan = ScanSegment(PathOf(number), number);
  if (!scan.ok()) return scan.error();
  Segment segment{.number = number, .file_bytes = scan->bytes, .frames = std::move(scan->frames)};
  const uint64_t end = std::max(next.value_or(NextRecord()), scan->next_record);
  const uint64_t missing = end - scan->next_record;
  {
    MutexLock lock(mutex_);
    next_record_ = std::max(next_record_, end);
  }
  if (missing > 0) {
    segment.frames.push_back({.bytes = static_cast<uint32_t>(scan->rest_bytes),
                              .records = static_cast<uint32_t>(missing),
                              .damaged = true});
    segment.file_bytes += scan->rest_bytes;
  } else if (may_cut && !next && (scan->rest_bytes > 0 || segment.file_bytes == 0)) {
    log::Warning("sinks", "the end of a spool's segment was torn, and is cut off",
                 {{"file", PathOf(number)}, {"bytes", std::to_string(scan->rest_bytes)}});
    if (segment.file_bytes == 0) {
      Remove({number});
    } else if (::truncate(PathOf(number).c_str(), static_cast<off_t>(scan->bytes)) != 0) {
      return Error{ErrorCode::kUnavailable, PathOf(number) + ": " + ErrnoText()};
    }
  }
  return segment;
}

void Spool::SkipSettled(const SpoolPosition& position) {
  std::vector<uint64_t> finished;
  {
    MutexLock lock(mutex_);
    while (!segments_.empty() && segments_.front().number < position.segment) {
      finished.push_back(segments_.front().number);
      segments_.pop_front();
    }
    if (!segments_.empty() && segments_.front().number == position.segment) {
      Segment& segment = segments_.front();
      while (segment.offset < position.offset && !segment.frames.empty()) {
        segment.offset += segment.frames.front().bytes;
        segment.frames.pop_front();
      }
    }
  }
  Remove(finished);
}

void Spool::CountOpened(const SpoolPosition& position) {
  MutexLock lock(mutex_);
  ledger_ = position.ledger;
  opened_ = ledger_;
  opened_.offered = opened_.delivered + opened_.dropped_sum();
  for (const Segment& segment : segments_) {
    for (const SpoolFrame& frame : segment.frames) opened_.offered += frame.records;
  }
}

// Nothing: there is none yet.
Result<std::optional<std::string>> Spool::ReadEncoding() const {
  const std::string path = options_.dir + kEncoding;
  const OwnedFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open() && errno == ENOENT) return std::optional<std::string>();
  std::string encoding;
  const std::string problem = file.is_open() ? ReadAll(file.fd(), encoding) : ErrnoText();
  if (!problem.empty()) return Error{ErrorCode::kUnavailable, path + ": " + problem};
  return std::optional(std::move(encoding));
}

// The whole or nothing of it. The problem, or empty.
std::string Spool::WriteEncoding() const {
  const std::string path = options_.dir + kEncoding, half = path + ".new";
  const OwnedFile file(::open(half.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  std::string problem = file.is_open() ? WriteAll(file.fd(), options_.encoding) : ErrnoText();
  if (problem.empty() && ::rename(half.c_str(), path.c_str()) != 0) problem = ErrnoText();
  return problem.empty() ? "" : path + ": " + problem;
}

// What waits is spelled in another way. The folder it goes to is a spool: with the settings that it
// was made with a sink can send it. The position goes last: until then it tells what is settled.
Status Spool::SetAside() {
  const uint64_t waiting = opened_.waiting();
  if (waiting == 0) return {};
  const std::string aside = options_.dir + "/set-aside-" + Compact(SystemClock().Now());
  std::error_code error;
  fs::create_directory(aside, error);
  if (!error) fs::permissions(aside, fs::perms::owner_all, error);
  std::vector<std::string> names;
  MutexLock position_lock(position_mutex_);
  MutexLock lock(mutex_);
  for (const Segment& segment : segments_) {
    names.push_back(PathOf(segment.number).substr(options_.dir.size()));
  }
  if (fs::exists(options_.dir + kEncoding)) names.emplace_back(kEncoding);
  names.emplace_back(kPosition);
  for (const std::string& name : names) {
    if (!error) fs::rename(options_.dir + name, aside + name, error);
  }
  if (error) return Error{ErrorCode::kUnavailable, aside + ": " + error.message()};
  segments_.clear();
  CountDropped(SinkDropReason::kSetAside, waiting);
  opened_.dropped = ledger_.dropped;
  log::Warning("sinks",
               "the records in a spool are not spelled as the sink's settings say now, "
               "they are set aside",
               {{"folder", aside}, {"records", std::to_string(waiting)}});
  return position_.Open(options_.dir + kPosition);
}

ParcelQueue::Put Spool::Add(Parcel parcel) {
  const std::string frame = EncodeFrame(parcel, NextRecord());
  Put put{.made_room = MakeRoom(frame.size())};
  for (std::string problem = Append(frame); !problem.empty(); problem = Append(frame)) {
    SetProblem(Part::kWriting, problem);
    WritePosition();  // what the intake has to drop meanwhile is kept
    if (WaitToTryAgain(SteadyClock::now() + kRetryInterval)) continue;
    put.left_out = parcel.size();
    MutexLock lock(mutex_);
    CountDropped(SinkDropReason::kShutdown, parcel.size());
    return put;
  }
  SetProblem(Part::kWriting, {});
  {
    MutexLock lock(mutex_);
    segments_.back().file_bytes += frame.size();
    segments_.back().frames.push_back({static_cast<uint32_t>(frame.size()),
                                       static_cast<uint32_t>(parcel.size()),
                                       parcel.oldest_offered_at.time_since_epoch().count()});
    next_record_ += parcel.size();
    changed_.NotifyAll();
  }
  Sync();
  WritePosition();
  return put;
}

// Gives up the oldest segments; how many records were lost with them.
uint64_t Spool::MakeRoom(uint64_t bytes) {
  std::vector<uint64_t> gone;
  uint64_t lost = 0;
  {
    MutexLock lock(mutex_);
    while (!segments_.empty() && BytesOnDisk() + bytes > options_.most_bytes) {
      Segment& oldest = segments_.front();
      for (const SpoolFrame& frame : oldest.frames) lost += frame.records;
      if (taken_ && taken_->segment == oldest.number) {
        lost -= taken_->frame.records;  // they are under way
        taken_->segment = 0;
      }
      gone.push_back(oldest.number);
      segments_.pop_front();
    }
    if (segments_.empty()) writing_.Close();
    CountDropped(SinkDropReason::kSpoolFull, lost);
  }
  if (gone.empty()) return 0;
  WritePosition();
  Remove(gone);
  return lost;
}

// The problem, or empty: the frame stands in the last segment.
std::string Spool::Append(const std::string& frame) {
  uint64_t size = 0;
  bool is_done_with = false;  // what stands in it is settled, and there is no room for more
  {
    MutexLock lock(mutex_);
    if (!segments_.empty()) {
      size = segments_.back().file_bytes;
      is_done_with = size > 0 && segments_.back().frames.empty() && FirstProblem() != nullptr;
    }
  }
  if (!writing_.is_open() || size >= options_.segment_bytes || is_done_with) {
    if (std::string problem = BeginSegment(); !problem.empty()) return problem;
    size = 0;
  }
  if (::lseek(writing_.fd(), static_cast<off_t>(size), SEEK_SET) < 0) return ErrnoText();
  if (std::string problem = WriteAll(writing_.fd(), frame); !problem.empty()) {
    (void)!::ftruncate(writing_.fd(), static_cast<off_t>(size));
    return problem;
  }
  return {};
}

std::string Spool::BeginSegment() {
  synced_at_ = {};
  if (writing_.is_open()) Sync();
  if (!has_encoding_) {
    if (std::string problem = WriteEncoding(); !problem.empty()) return problem;
    has_encoding_ = true;
  }
  const uint64_t number = NextRecord();
  const std::string path = PathOf(number);
  OwnedFile file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.is_open()) return path + ": " + ErrnoText();
  writing_ = std::move(file);
  std::vector<uint64_t> finished;
  {
    MutexLock lock(mutex_);
    for (; !segments_.empty() && segments_.front().frames.empty(); segments_.pop_front()) {
      finished.push_back(segments_.front().number);
    }
    segments_.push_back({.number = number});
  }
  Remove(finished);
  return {};
}

void Spool::Sync() {
  const SteadyTime now = SteadyClock::now();
  if (now < synced_at_ + kSyncInterval) return;
  SetProblem(Part::kSyncing, ::fdatasync(writing_.fd()) == 0 ? "" : ErrnoText());
  synced_at_ = now;
}

ParcelQueue::Taken Spool::Take(SteadyTime deadline) {
  Taken taken;
  while (const auto place = AwaitFrame(deadline)) {
    FrameRead read;
    if (!place->frame.damaged) {
      read = ReadFrame(PathOf(place->segment), place->offset, place->frame);
      SetProblem(Part::kReading, read.problem);
    }
    if (!read.problem.empty()) {
      WaitToTryAgain(deadline);
      break;
    }
    if (read.parcel == nullptr) {
      taken.damaged += GiveUp(*place);
    } else if (Claim(*place)) {
      taken.parcel = std::move(read.parcel);
      break;
    }
  }
  return taken;
}

std::optional<Spool::Place> Spool::AwaitFrame(SteadyTime deadline) {
  MutexLock lock(mutex_);
  while (!Front() && !closed_ && !abandoned_) {
    if (!changed_.WaitUntil(lock, deadline)) break;
  }
  return abandoned_ ? std::nullopt : Front();
}

// False: it had to make room meanwhile.
bool Spool::Claim(const Place& place) {
  MutexLock lock(mutex_);
  if (!IsFront(place)) return false;
  taken_ = place;
  return true;
}

// How many records are lost, unless it had to make room meanwhile.
uint64_t Spool::GiveUp(const Place& place) {
  std::vector<uint64_t> finished;
  {
    MutexLock lock(mutex_);
    if (!IsFront(place)) return 0;
    PopFront(finished);
    CountDropped(SinkDropReason::kDamaged, place.frame.records);
  }
  log::Error("sinks", "a part of a spool is damaged, its records are lost",
             {{"file", PathOf(place.segment)},
              {"offset", std::to_string(place.offset)},
              {"records", std::to_string(place.frame.records)}});
  WritePosition();
  Remove(finished);
  return place.frame.records;
}

void Spool::Settle(const model::SinkLedger& totals) {
  constexpr auto kRejected = static_cast<size_t>(SinkDropReason::kRejected);
  std::vector<uint64_t> finished;
  {
    MutexLock lock(mutex_);
    if (taken_ && taken_->segment != 0) PopFront(finished);
    taken_.reset();
    ledger_.delivered = totals.delivered;
    ledger_.dropped[kRejected] = totals.dropped[kRejected];
  }
  WritePosition();
  Remove(finished);
}

void Spool::NoteQueueFull(uint64_t records) {
  MutexLock lock(mutex_);
  CountDropped(SinkDropReason::kQueueFull, records);
}

void Spool::WritePosition() {
  MutexLock position_lock(position_mutex_);
  SpoolPosition position;
  {
    MutexLock lock(mutex_);
    position = {.segment = segments_.empty() ? next_record_ : segments_.front().number,
                .offset = segments_.empty() ? 0 : segments_.front().offset,
                .next_record = next_record_,
                .ledger = ledger_};
  }
  const std::string problem = position_.Write(position);
  SetProblem(Part::kPosition, problem.empty() ? "" : options_.dir + kPosition + ": " + problem);
}

void Spool::Close() {
  synced_at_ = {};
  if (writing_.is_open()) Sync();
  WritePosition();
  MutexLock lock(mutex_);
  closed_ = true;
  changed_.NotifyAll();
}

bool Spool::is_done() const {
  MutexLock lock(mutex_);
  return closed_ && !Front() && !taken_;
}

void Spool::Abandon() {
  MutexLock lock(mutex_);
  abandoned_ = true;
  changed_.NotifyAll();
}

ParcelQueue::State Spool::state() const {
  MutexLock lock(mutex_);
  State state{.max_spool_bytes = options_.most_bytes};
  if (const std::string* const problem = FirstProblem()) state.spool_problem = *problem;
  for (const Segment& segment : segments_) {
    state.spool_bytes += segment.file_bytes - segment.offset;
    const auto dated = std::ranges::find(segment.frames, false, &SpoolFrame::damaged);
    if (dated == segment.frames.end() || state.oldest_waiting) continue;
    state.oldest_waiting = Timestamp(std::chrono::nanoseconds(dated->offered_at_ns));
  }
  return state;
}

void Spool::SetProblem(Part part, const std::string& problem) {
  bool began = false;
  {
    MutexLock lock(mutex_);
    began = !problem.empty() && FirstProblem() == nullptr;
    problems_[static_cast<size_t>(part)] = problem;
  }
  if (began) {
    log::Error("sinks", "a spool's disk fails", {{"spool", options_.dir}, {"problem", problem}});
  }
}

const std::string* Spool::FirstProblem() const {
  const auto* const problem = std::ranges::find_if_not(problems_, &std::string::empty);
  return problem == problems_.end() ? nullptr : problem;
}

// False: nobody waits any more.
bool Spool::WaitToTryAgain(SteadyTime deadline) {
  MutexLock lock(mutex_);
  while (!abandoned_ && changed_.WaitUntil(lock, deadline)) {
  }
  return !abandoned_;
}

uint64_t Spool::NextRecord() const {
  MutexLock lock(mutex_);
  return next_record_;
}

// The oldest frame; segments before it that are read to their end stay until then.
std::optional<Spool::Place> Spool::Front() const {
  const auto segment = std::ranges::find_if(
      segments_, [](const Segment& candidate) { return !candidate.frames.empty(); });
  if (segment == segments_.end()) return std::nullopt;
  return Place{segment->number, segment->offset, segment->frames.front()};
}

bool Spool::IsFront(const Place& place) const {
  const auto front = Front();
  return front && front->segment == place.segment && front->offset == place.offset;
}

// The front frame is settled. Segments that are read to their end go, but for the last one.
void Spool::PopFront(std::vector<uint64_t>& finished) {
  while (segments_.front().frames.empty()) {
    finished.push_back(segments_.front().number);
    segments_.pop_front();
  }
  Segment& segment = segments_.front();
  segment.offset += segment.frames.front().bytes;
  segment.frames.pop_front();
  if (segment.frames.empty() && segments_.size() > 1) {
    finished.push_back(segment.number);
    segments_.pop_front();
  }
}

uint64_t Spool::BytesOnDisk() const {
  uint64_t bytes = 0;
  for (const Segment& segment : segments_) bytes += segment.file_bytes;
  return bytes;
}

void Spool::CountDropped(SinkDropReason reason, uint64_t records) {
  ledger_.dropped[static_cast<size_t>(reason)] += records;
}

std::string Spool::PathOf(uint64_t segment) const {
  std::array<char, 32> name;
  std::snprintf(name.data(), name.size(), "/%020llu", static_cast<unsigned long long>(segment));
  return options_.dir + name.data() + std::string(kExtension);
}

void Spool::Remove(const std::vector<uint64_t>& segments) const {
  for (const uint64_t segment : segments) ::unlink(PathOf(segment).c_str());
}

}  // namespace wiregauge::sinks
