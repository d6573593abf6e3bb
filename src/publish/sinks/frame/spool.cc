// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.h"

namespace wiregauge::sinks {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr Duration kSyncInterval = std::chrono::seconds(1),
                   kRetryInterval = std::chrono::seconds(1);

}  // namespace

Result<std::unique_ptr<Spool>> Spool::Open(SpoolOptions options) {
  options.segment_bytes = std::min(options.segment_bytes, options.most_bytes / 4);
  auto folder = SpoolFolder::Open(options.dir);
  if (!folder.ok()) return folder.error();
  auto spool = std::unique_ptr<Spool>(new Spool(std::move(options), std::move(folder).value()));
  if (Status status = spool->Read(); !status.ok()) return status.error();
  if (!spool->has_encoding_) {
    if (Status status = spool->SetAside(); !status.ok()) return status.error();
  }
  // Both slots: they have their room on the disk before it is full.
  for (int slot = 0; slot < 2; ++slot) spool->WritePosition();
  MutexLock lock(spool->mutex_);
  spool->opened_ = spool->books_.ledger();
  return spool;
}

Status Spool::Read() {
  const auto encoding = folder_.ReadEncoding();
  if (!encoding.ok()) return encoding.error();
  has_encoding_ = *encoding == options_.encoding;
  MutexLock position_lock(position_mutex_);
  if (Status status = position_.Open(folder_.position_path()); !status.ok()) return status;
  MutexLock lock(mutex_);
  books_.Open(position_.opened());
  if (Status status = ReadSegments(); !status.ok()) return status;
  folder_.Remove(books_.SkipSettled(position_.opened()).segments);
  return {};
}

Status Spool::ReadSegments() {
  const auto numbers = folder_.Segments();
  if (!numbers.ok()) return numbers.error();
  for (size_t i = 0; i < numbers->size(); ++i) {
    const auto next = i + 1 < numbers->size() ? std::optional((*numbers)[i + 1]) : std::nullopt;
    if (Status status = ReadSegment((*numbers)[i], next); !status.ok()) return status;
  }
  return {};
}

// `next`: the number of the segment behind it. What is missing at the end is told by that, or by
// the position. What no position knows of is torn, and is cut off.
Status Spool::ReadSegment(uint64_t number, std::optional<uint64_t> next) {
  auto scan = ScanSegment(folder_.PathOf(number), number);
  if (!scan.ok()) return scan.error();
  SpoolBooks::Segment segment{
      .number = number, .file_bytes = scan->bytes, .frames = std::move(scan->frames)};
  const uint64_t end = std::max(next.value_or(books_.next_record()), scan->next_record);
  const uint64_t missing = end - scan->next_record;
  if (missing > 0) {
    segment.frames.push_back({.bytes = static_cast<uint32_t>(scan->rest_bytes),
                              .records = static_cast<uint32_t>(missing),
                              .damaged = true});
    segment.file_bytes += scan->rest_bytes;
  } else if (has_encoding_ && !next && (scan->rest_bytes > 0 || scan->bytes == 0)) {
    if (Status status = CutOff(number, scan->bytes, scan->rest_bytes); !status.ok()) return status;
  }
  books_.AddSegment(std::move(segment), end);
  return {};
}

Status Spool::CutOff(uint64_t segment, uint64_t whole_bytes, uint64_t torn_bytes) const {
  const std::string path = folder_.PathOf(segment);
  log::Warning("sinks", "the end of a spool's segment was torn, and is cut off",
               {{"file", path}, {"bytes", std::to_string(torn_bytes)}});
  if (whole_bytes == 0) {
    folder_.Remove({segment});
  } else if (::truncate(path.c_str(), static_cast<off_t>(whole_bytes)) != 0) {
    return Error{ErrorCode::kUnavailable, path + ": " + ErrnoText()};
  }
  return {};
}

// What waits is spelled in another way. With the settings that it was made with a sink can send it.
Status Spool::SetAside() {
  SpoolBooks::Gone gone;
  {
    MutexLock lock(mutex_);
    gone = books_.SetAside();
  }
  if (gone.segments.empty()) return {};
  if (gone.records > 0) {
    const auto aside = folder_.SetAside(gone.segments);
    if (!aside.ok()) return aside.error();
    log::Warning("sinks",
                 "the records in a spool are not spelled as the sink's settings say now, "
                 "they are set aside",
                 {{"folder", *aside}, {"records", std::to_string(gone.records)}});
  }
  if (!WritePosition()) {
    MutexLock lock(mutex_);
    return Error{ErrorCode::kUnavailable, *FirstProblem()};
  }
  folder_.Remove(gone.segments);
  return {};
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
    books_.Drop(model::SinkDropReason::kShutdown, parcel.size());
    return put;
  }
  SetProblem(Part::kWriting, {});
  written_bytes_ += frame.size();
  {
    MutexLock lock(mutex_);
    books_.Add({static_cast<uint32_t>(frame.size()), static_cast<uint32_t>(parcel.size()),
                parcel.oldest_offered_at.time_since_epoch().count()});
    changed_.NotifyAll();
  }
  Sync();
  WritePosition();
  return put;
}

// Gives up the oldest segments; how many records were lost with them. That is written down before
// they go, and they go before the parcel that needs the room comes.
uint64_t Spool::MakeRoom(uint64_t bytes) {
  SpoolBooks::Gone gone;
  {
    MutexLock lock(mutex_);
    gone = books_.MakeRoom(bytes, options_.most_bytes);
    if (!books_.has_segments()) writing_.Close();
  }
  if (gone.segments.empty()) return 0;
  WritePosition();
  folder_.Remove(gone.segments);
  return gone.records;
}

// The problem, or empty: the frame stands in the last segment.
std::string Spool::Append(const std::string& frame) {
  if (NeedsSegment()) {
    if (std::string problem = BeginSegment(); !problem.empty()) return problem;
  }
  const auto end = static_cast<off_t>(written_bytes_);
  if (::lseek(writing_.fd(), end, SEEK_SET) < 0) return ErrnoText();
  std::string problem = WriteAll(writing_.fd(), frame);
  if (!problem.empty()) (void)!::ftruncate(writing_.fd(), end);
  return problem;
}

bool Spool::NeedsSegment() const {
  if (!writing_.is_open() || written_bytes_ >= options_.segment_bytes) return true;
  // On a disk that is full a settled one goes for its room.
  MutexLock lock(mutex_);
  return written_bytes_ > 0 && books_.is_last_settled() && FirstProblem() != nullptr;
}

std::string Spool::BeginSegment() {
  synced_at_ = {};
  if (writing_.is_open()) Sync();
  if (!has_encoding_) {
    if (std::string problem = folder_.WriteEncoding(options_.encoding); !problem.empty()) {
      return problem;
    }
    has_encoding_ = true;
  }
  const std::string path = folder_.PathOf(NextRecord());
  OwnedFile file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.is_open()) return path + ": " + ErrnoText();
  writing_ = std::move(file);
  written_bytes_ = 0;
  SpoolBooks::Gone settled;
  {
    MutexLock lock(mutex_);
    settled = books_.BeginSegment();
  }
  if (!settled.segments.empty()) WritePosition();
  folder_.Remove(settled.segments);
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
    const FrameRead read = ReadFrameAt(*place);
    if (read.parcel != nullptr) {
      if (!Claim(*place)) continue;
      taken.parcel = read.parcel;
      break;
    }
    if (read.problem.empty() || (read.is_disk_at_fault && IsBeyondHope(*place))) {
      taken.damaged += GiveUp(*place);
      continue;
    }
    WaitToTryAgain(std::min(deadline, SteadyClock::now() + kRetryInterval));
    if (SteadyClock::now() >= deadline) break;
  }
  return taken;
}

FrameRead Spool::ReadFrameAt(const SpoolBooks::Place& place) {
  if (place.frame.damaged) return {};
  FrameRead read = ReadFrame(folder_.PathOf(place.segment), place.offset, place.frame);
  SetProblem(Part::kReading, read.problem);
  return read;
}

// A disk that is away as a whole may come back with all that is on it. One that takes something to
// be written is there, and has lost this frame.
bool Spool::IsBeyondHope(const SpoolBooks::Place& place) {
  if (unread_ != place) readings_ = 0;
  unread_ = place;
  if (++readings_ < kMostReadings || !WritePosition()) return false;
  MutexLock position_lock(position_mutex_);
  return position_.Sync();
}

std::optional<SpoolBooks::Place> Spool::AwaitFrame(SteadyTime deadline) {
  MutexLock lock(mutex_);
  while (!books_.front() && !closed_ && !abandoned_) {
    if (!changed_.WaitUntil(lock, deadline)) break;
  }
  return abandoned_ ? std::nullopt : books_.front();
}

bool Spool::Claim(const SpoolBooks::Place& place) {
  MutexLock lock(mutex_);
  return books_.Take(place);
}

// How many records are lost.
uint64_t Spool::GiveUp(const SpoolBooks::Place& place) {
  SpoolBooks::Gone gone;
  {
    MutexLock lock(mutex_);
    gone = books_.GiveUp(place);
  }
  SetProblem(Part::kReading, {});
  if (gone.records > 0) {
    log::Error("sinks", "a part of a spool is damaged, its records are lost",
               {{"file", folder_.PathOf(place.segment)},
                {"offset", std::to_string(place.offset)},
                {"records", std::to_string(gone.records)}});
  }
  WritePosition();
  folder_.Remove(gone.segments);
  return gone.records;
}

void Spool::Settle(const model::SinkLedger& totals) {
  SpoolBooks::Gone gone;
  {
    MutexLock lock(mutex_);
    gone = books_.Settle(totals);
  }
  WritePosition();
  folder_.Remove(gone.segments);
}

void Spool::NoteQueueFull(uint64_t records) {
  MutexLock lock(mutex_);
  books_.Drop(model::SinkDropReason::kQueueFull, records);
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
  return closed_ && books_.is_empty();
}

void Spool::Abandon() {
  MutexLock lock(mutex_);
  abandoned_ = true;
  changed_.NotifyAll();
}

ParcelQueue::State Spool::state() const {
  MutexLock lock(mutex_);
  State state{.spool_bytes = books_.waiting_bytes(),
              .max_spool_bytes = options_.most_bytes,
              .oldest_waiting = books_.oldest_waiting()};
  if (const std::string* const problem = FirstProblem()) state.spool_problem = *problem;
  return state;
}

// False: it could not, which is told.
bool Spool::WritePosition() {
  MutexLock position_lock(position_mutex_);
  SpoolPosition position;
  {
    MutexLock lock(mutex_);
    position = books_.position();
  }
  const std::string problem = position_.Write(position);
  SetProblem(Part::kPosition, problem.empty() ? "" : folder_.position_path() + ": " + problem);
  return problem.empty();
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
  return books_.next_record();
}

}  // namespace wiregauge::sinks
