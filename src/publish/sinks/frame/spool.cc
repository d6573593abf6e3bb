// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/spool.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/log.h"
#include "base/text.h"

namespace wiregauge::sinks {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr uint32_t kFrameMagic = 0x66677731, kSlotMagic = 0x70677731;
constexpr Duration kSyncInterval = std::chrono::seconds(1),
                   kRetryInterval = std::chrono::seconds(1);
constexpr std::string_view kExtension = ".spool";
// Slots in blocks of their own, so that one write damages one of them at most.
constexpr off_t kSlotDistance = 4096;

// On disk, in the machine's byte order: a spool stays on its machine.
struct FrameHead {
  uint32_t magic = kFrameMagic;
  uint32_t crc = 0;  // over what follows, the parcel included
  int64_t offered_at_ns = 0;
  uint32_t length = 0;  // of the parcel
  uint32_t records = 0;
};
static_assert(sizeof(FrameHead) == 24);

struct Slot {
  uint32_t magic = kSlotMagic;
  uint32_t crc = 0;  // over what follows
  uint64_t sequence = 0;
  uint64_t segment = 0, offset = 0;
  uint64_t delivered = 0;
  std::array<uint64_t, 8> dropped{};
};
static_assert(sizeof(Slot) == 8 + 12 * 8);
static_assert(model::kSinkDropReasons <= std::tuple_size_v<decltype(Slot::dropped)>);

uint32_t Crc(uint32_t seed, const void* bytes, size_t size) {
  return static_cast<uint32_t>(::crc32_z(seed, static_cast<const Bytef*>(bytes), size));
}

// Over what stands behind the checksum itself.
template <typename Head>
uint32_t CrcOfHead(const Head& head) {
  constexpr size_t kBehind = offsetof(Head, crc) + sizeof head.crc;
  return Crc(0, reinterpret_cast<const uint8_t*>(&head) + kBehind, sizeof head - kBehind);
}

std::string EncodeFrame(const Parcel& parcel) {
  std::string frame(sizeof(FrameHead), '\0');
  parcel.EncodeTo(frame);
  FrameHead head{.offered_at_ns = parcel.oldest_offered_at.time_since_epoch().count(),
                 .length = static_cast<uint32_t>(frame.size() - sizeof(FrameHead)),
                 .records = static_cast<uint32_t>(parcel.size())};
  head.crc = Crc(CrcOfHead(head), frame.data() + sizeof head, head.length);
  std::memcpy(frame.data(), &head, sizeof head);
  return frame;
}

bool ReadAt(int fd, uint64_t offset, void* out, size_t size) {
  return ::pread(fd, out, size, static_cast<off_t>(offset)) == static_cast<ssize_t>(size);
}

std::optional<uint64_t> NumberOf(const fs::path& path) {
  if (path.extension() != kExtension) return std::nullopt;
  return ParseNumber<uint64_t>(path.stem().string());
}

}  // namespace

Result<std::unique_ptr<Spool>> Spool::Open(SpoolOptions options) {
  options.segment_bytes = std::min(options.segment_bytes, options.most_bytes / 4);
  auto spool = std::unique_ptr<Spool>(new Spool(std::move(options)));
  if (Status status = spool->OpenFolder(); !status.ok()) return status.error();
  if (Status status = spool->ReadSegments(); !status.ok()) return status.error();
  spool->ReadPosition();
  return spool;
}

Status Spool::OpenFolder() {
  std::error_code error;
  fs::create_directories(options_.dir, error);
  if (!error) fs::permissions(options_.dir, fs::perms::owner_all, error);
  if (error) return Error{ErrorCode::kUnavailable, options_.dir + ": " + error.message()};
  auto lock = store::FileLock::Take(options_.dir + "/lock");
  if (!lock.ok()) return Error{lock.error().code, "spool: " + lock.error().message};
  lock_ = std::move(lock).value();
  const std::string path = options_.dir + "/position";
  MutexLock position_lock(position_mutex_);
  position_ = OwnedFile(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!position_.is_open()) return Error{ErrorCode::kUnavailable, path + ": " + ErrnoText()};
  return {};
}

Status Spool::ReadSegments() {
  std::error_code error;
  std::vector<uint64_t> numbers;
  for (const auto& entry : fs::directory_iterator(options_.dir, error)) {
    if (const auto number = NumberOf(entry.path())) numbers.push_back(*number);
  }
  if (error) return Error{ErrorCode::kUnavailable, options_.dir + ": " + error.message()};
  std::ranges::sort(numbers);
  MutexLock lock(mutex_);
  for (const uint64_t number : numbers) {
    segments_.push_back(Scan(number));
    next_segment_ = number + 1;
  }
  return {};
}

// Follows the heads to the end, and cuts off what is no whole frame.
Spool::Segment Spool::Scan(uint64_t number) const {
  Segment segment{.number = number};
  const OwnedFile file(::open(PathOf(number).c_str(), O_RDWR | O_CLOEXEC));
  struct stat facts {};
  if (!file.is_open() || ::fstat(file.fd(), &facts) != 0) return segment;
  const auto size = static_cast<uint64_t>(facts.st_size);
  FrameHead head;
  while (ReadAt(file.fd(), segment.file_bytes, &head, sizeof head) && head.magic == kFrameMagic &&
         segment.file_bytes + sizeof head + head.length <= size) {
    const auto bytes = static_cast<uint32_t>(sizeof head + head.length);
    segment.frames.push_back({bytes, head.records, head.offered_at_ns});
    segment.file_bytes += bytes;
  }
  if (segment.file_bytes < size) {
    log::Warning("sinks", "the end of a spool's segment was torn, and is cut off",
                 {{"file", PathOf(number)}, {"bytes", std::to_string(size - segment.file_bytes)}});
    (void)!::ftruncate(file.fd(), static_cast<off_t>(segment.file_bytes));
  }
  return segment;
}

void Spool::ReadPosition() {
  Slot newest{.sequence = 0};
  MutexLock position_lock(position_mutex_);
  for (const off_t at : {off_t{0}, kSlotDistance}) {
    Slot slot;
    if (!ReadAt(position_.fd(), static_cast<uint64_t>(at), &slot, sizeof slot)) continue;
    if (slot.magic != kSlotMagic || slot.crc != CrcOfHead(slot)) continue;
    if (slot.sequence > newest.sequence) newest = slot;
  }
  position_sequence_ = newest.sequence;
  SkipSettled(newest.segment, newest.offset);
  opened_.delivered = newest.delivered;
  std::copy_n(newest.dropped.begin(), opened_.dropped.size(), opened_.dropped.begin());
  opened_.offered = opened_.delivered + opened_.dropped_sum();
  MutexLock lock(mutex_);
  settled_ = opened_;
  spool_full_ = opened_.dropped[static_cast<size_t>(model::SinkDropReason::kSpoolFull)];
  next_segment_ = std::max(next_segment_, newest.segment + 1);
  for (const Segment& segment : segments_) {
    for (const Frame& frame : segment.frames) opened_.offered += frame.records;
  }
}

void Spool::SkipSettled(uint64_t number, uint64_t offset) {
  std::vector<uint64_t> finished;
  {
    MutexLock lock(mutex_);
    while (!segments_.empty() && segments_.front().number < number) {
      finished.push_back(segments_.front().number);
      segments_.pop_front();
    }
    if (!segments_.empty() && segments_.front().number == number) {
      Segment& segment = segments_.front();
      while (segment.offset < offset && !segment.frames.empty()) {
        segment.offset += segment.frames.front().bytes;
        segment.frames.pop_front();
      }
    }
  }
  Remove(finished);
}

ParcelQueue::Put Spool::Add(Parcel parcel) {
  const std::string frame = EncodeFrame(parcel);
  const Frame facts{static_cast<uint32_t>(frame.size()), static_cast<uint32_t>(parcel.size()),
                    parcel.oldest_offered_at.time_since_epoch().count()};
  Put put{.reason = model::SinkDropReason::kSpoolFull, .dropped = MakeRoom(frame.size())};
  for (std::string problem = Append(frame); !problem.empty(); problem = Append(frame)) {
    SetProblem(problem);
    if (WaitToTryAgain()) continue;
    put.dropped += parcel.size();
    if (put.dropped == parcel.size()) put.reason = model::SinkDropReason::kShutdown;
    return put;
  }
  SetProblem({});
  MutexLock lock(mutex_);
  segments_.back().file_bytes += facts.bytes;
  segments_.back().frames.push_back(facts);
  changed_.NotifyAll();
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
      for (const Frame& frame : oldest.frames) lost += frame.records;
      if (taken_ && taken_->segment == oldest.number) {
        lost -= taken_->frame.records;  // they are under way
        taken_->segment = 0;
      }
      gone.push_back(oldest.number);
      segments_.pop_front();
    }
    if (segments_.empty()) writing_.Close();
    spool_full_ += lost;
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
      is_done_with = segments_.back().frames.empty() && !problem_.empty();
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
  Sync();
  return {};
}

std::string Spool::BeginSegment() {
  if (writing_.is_open()) ::fdatasync(writing_.fd());
  uint64_t number = 0;
  {
    MutexLock lock(mutex_);
    number = next_segment_;
  }
  const std::string path = PathOf(number);
  OwnedFile file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open()) return path + ": " + ErrnoText();
  writing_ = std::move(file);
  std::vector<uint64_t> finished;
  {
    MutexLock lock(mutex_);
    for (; !segments_.empty() && segments_.front().frames.empty(); segments_.pop_front()) {
      finished.push_back(segments_.front().number);
    }
    segments_.push_back({.number = number});
    ++next_segment_;
  }
  Remove(finished);
  return {};
}

void Spool::Sync() {
  const SteadyTime now = SteadyClock::now();
  if (now < synced_at_ + kSyncInterval) return;
  ::fdatasync(writing_.fd());
  synced_at_ = now;
}

ParcelQueue::Taken Spool::Take(SteadyTime deadline) {
  Taken taken;
  while (taken.parcel == nullptr) {
    Place place;
    {
      MutexLock lock(mutex_);
      while (!HasFrame() && !closed_ && !abandoned_) {
        if (!changed_.WaitUntil(lock, deadline)) break;
      }
      if (!HasFrame() || abandoned_) return taken;
      place = FrontPlace();
      taken_ = place;
    }
    taken.parcel = ReadFrame(place);
    if (taken.parcel != nullptr) break;
    std::vector<uint64_t> finished;
    taken.damaged += place.frame.records;  // also where its segment had to go meanwhile
    {
      MutexLock lock(mutex_);
      if (taken_->segment != 0) PopFront(finished);
      taken_.reset();
    }
    Remove(finished);
  }
  return taken;
}

void Spool::Settle(const model::SinkLedger& totals) {
  std::vector<uint64_t> finished;
  {
    MutexLock lock(mutex_);
    if (taken_ && taken_->segment != 0) PopFront(finished);
    taken_.reset();
    settled_ = totals;
  }
  WritePosition();
  Remove(finished);
}

void Spool::WritePosition() {
  MutexLock position_lock(position_mutex_);
  Slot slot{.sequence = ++position_sequence_};
  {
    MutexLock lock(mutex_);
    slot.delivered = settled_.delivered;
    std::ranges::copy(settled_.dropped, slot.dropped.begin());
    slot.dropped[static_cast<size_t>(model::SinkDropReason::kSpoolFull)] = spool_full_;
    slot.segment = segments_.empty() ? next_segment_ : segments_.front().number;
    slot.offset = segments_.empty() ? 0 : segments_.front().offset;
  }
  slot.crc = CrcOfHead(slot);
  const off_t at = slot.sequence % 2 == 0 ? 0 : kSlotDistance;
  if (::pwrite(position_.fd(), &slot, sizeof slot, at) != static_cast<ssize_t>(sizeof slot)) {
    SetProblem(options_.dir + "/position: " + ErrnoText());
  }
}

void Spool::Close() {
  if (writing_.is_open()) ::fdatasync(writing_.fd());
  MutexLock lock(mutex_);
  closed_ = true;
  changed_.NotifyAll();
}

bool Spool::is_done() const {
  MutexLock lock(mutex_);
  return closed_ && !HasFrame() && !taken_;
}

void Spool::Abandon() {
  MutexLock lock(mutex_);
  abandoned_ = true;
  changed_.NotifyAll();
}

ParcelQueue::State Spool::state() const {
  MutexLock lock(mutex_);
  State state{.max_spool_bytes = options_.most_bytes, .spool_problem = problem_};
  for (const Segment& segment : segments_) {
    state.spool_bytes += segment.file_bytes - segment.offset;
    if (segment.frames.empty() || state.oldest_waiting) continue;
    state.oldest_waiting =
        Timestamp(std::chrono::nanoseconds(segment.frames.front().offered_at_ns));
  }
  return state;
}

void Spool::SetProblem(const std::string& problem) {
  bool began = false;
  {
    MutexLock lock(mutex_);
    began = problem_.empty() && !problem.empty();
    problem_ = problem;
  }
  if (began) {
    log::Error("sinks", "a spool cannot be written, records wait in memory",
               {{"spool", options_.dir}, {"problem", problem}});
  }
}

// False: nobody waits any more.
bool Spool::WaitToTryAgain() {
  const SteadyTime deadline = SteadyClock::now() + kRetryInterval;
  MutexLock lock(mutex_);
  while (!abandoned_ && changed_.WaitUntil(lock, deadline)) {
  }
  return !abandoned_;
}

bool Spool::HasFrame() const {
  return std::ranges::any_of(segments_,
                             [](const Segment& segment) { return !segment.frames.empty(); });
}

// Of the oldest frame; segments before it that are read to their end stay until then.
Spool::Place Spool::FrontPlace() {
  const auto segment = std::ranges::find_if(
      segments_, [](const Segment& candidate) { return !candidate.frames.empty(); });
  return {segment->number, segment->offset, segment->frames.front()};
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

// Null: it cannot be read. The file is not kept open: one that is removed would keep its room.
std::shared_ptr<const Parcel> Spool::ReadFrame(const Place& place) const {
  const OwnedFile file(::open(PathOf(place.segment).c_str(), O_RDONLY | O_CLOEXEC));
  std::string frame(place.frame.bytes, '\0');
  FrameHead head;
  if (!file.is_open() || !ReadAt(file.fd(), place.offset, frame.data(), frame.size())) {
    return nullptr;
  }
  std::memcpy(&head, frame.data(), sizeof head);
  const std::string_view parcel = std::string_view(frame).substr(sizeof head);
  if (head.length != parcel.size() ||
      head.crc != Crc(CrcOfHead(head), parcel.data(), parcel.size())) {
    log::Error("sinks", "a parcel in a spool is damaged, its records are lost",
               {{"file", PathOf(place.segment)},
                {"offset", std::to_string(place.offset)},
                {"records", std::to_string(place.frame.records)}});
    return nullptr;
  }
  auto decoded = std::make_shared<Parcel>();
  return Parcel::Decode(parcel, *decoded) ? decoded : nullptr;
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
