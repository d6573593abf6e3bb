// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "base/result.h"
#include "publish/sinks/frame/file_bytes.h"
#include "publish/sinks/frame/parcel_queue.h"
#include "publish/sinks/frame/spool_books.h"
#include "publish/sinks/frame/spool_folder.h"
#include "publish/sinks/frame/spool_position.h"
#include "publish/sinks/frame/spool_segment.h"

namespace wiregauge::sinks {

struct SpoolOptions {
  std::string dir;  // of this sink alone; made when it is not there
  uint64_t most_bytes = 0;
  uint64_t segment_bytes = uint64_t{16} << 20;  // less when most_bytes is small
  std::string encoding{};  // what tells how its records are spelled from any other way
};

// Parcels on disk, oldest first: what was added outlives the process, kill -9 included. What was
// added more than a second before the newest parcel outlives a power failure.
//
// The position is written with each parcel that is added, tried to be added, or settled, and before
// a segment goes: so the ledger outlives the process too.
//
// Records that are spelled otherwise than the options say are not sent: they are set aside
// (SpoolFolder::SetAside) and counted.
//
// A torn end after a crash is cut off when the spool is opened. A frame that cannot be read is
// skipped, its records count as damaged. When there is no room the oldest segment goes. When the
// disk fails Add waits and tries again: the records behind wait in the intake. So does Take, but a
// frame that the disk did not give in kMostReadings times is damaged when the disk does well
// otherwise.
class Spool final : public ParcelQueue {
 public:
  static constexpr int kMostReadings = 10;  // a second between them

  // What an earlier process left is there to be taken. Errors: kUnavailable when another process
  // has the folder, or something in it cannot be read or written.
  static Result<std::unique_ptr<Spool>> Open(SpoolOptions options);

  // As an earlier process left it, with what waits.
  const model::SinkLedger& ledger() const { return opened_; }

  Put Add(Parcel parcel) override WIREGAUGE_EXCLUDES(mutex_);
  Taken Take(SteadyTime deadline) override WIREGAUGE_EXCLUDES(mutex_);
  void Settle(const model::SinkLedger& totals) override WIREGAUGE_EXCLUDES(mutex_);
  void NoteQueueFull(uint64_t records) override WIREGAUGE_EXCLUDES(mutex_);
  void Close() override WIREGAUGE_EXCLUDES(mutex_);
  bool is_done() const override WIREGAUGE_EXCLUDES(mutex_);
  void Abandon() override WIREGAUGE_EXCLUDES(mutex_);
  bool persistent() const override { return true; }
  State state() const override WIREGAUGE_EXCLUDES(mutex_);

 private:
  // What can fail, each on its own.
  enum class Part : uint8_t { kWriting, kSyncing, kPosition, kReading, kCount };

  Spool(SpoolOptions options, SpoolFolder folder)
      : options_(std::move(options)), folder_(std::move(folder)) {}

  Status Read();
  Status ReadSegments() WIREGAUGE_REQUIRES(mutex_);
  Status ReadSegment(uint64_t number, std::optional<uint64_t> next) WIREGAUGE_REQUIRES(mutex_);
  Status CutOff(uint64_t segment, uint64_t whole_bytes, uint64_t torn_bytes) const;
  Status SetAside() WIREGAUGE_EXCLUDES(mutex_);

  uint64_t MakeRoom(uint64_t bytes) WIREGAUGE_EXCLUDES(mutex_);
  std::string Append(const std::string& frame) WIREGAUGE_EXCLUDES(mutex_);
  bool NeedsSegment() const WIREGAUGE_EXCLUDES(mutex_);
  std::string BeginSegment() WIREGAUGE_EXCLUDES(mutex_);
  void Sync() WIREGAUGE_EXCLUDES(mutex_);

  std::optional<SpoolBooks::Place> AwaitFrame(SteadyTime deadline) WIREGAUGE_EXCLUDES(mutex_);
  bool Claim(const SpoolBooks::Place& place) WIREGAUGE_EXCLUDES(mutex_);
  FrameRead ReadFrameAt(const SpoolBooks::Place& place) WIREGAUGE_EXCLUDES(mutex_);
  bool IsBeyondHope(const SpoolBooks::Place& place) WIREGAUGE_EXCLUDES(mutex_);
  uint64_t GiveUp(const SpoolBooks::Place& place) WIREGAUGE_EXCLUDES(mutex_);

  bool WritePosition() WIREGAUGE_EXCLUDES(mutex_);
  void SetProblem(Part part, const std::string& problem) WIREGAUGE_EXCLUDES(mutex_);
  const std::string* FirstProblem() const WIREGAUGE_REQUIRES(mutex_);
  bool WaitToTryAgain(SteadyTime deadline) WIREGAUGE_EXCLUDES(mutex_);
  uint64_t NextRecord() const WIREGAUGE_EXCLUDES(mutex_);

  const SpoolOptions options_;
  const SpoolFolder folder_;
  model::SinkLedger opened_;    // only Open writes it
  OwnedFile writing_;           // the packer's: the last segment
  uint64_t written_bytes_ = 0;  // the packer's: of it
  SteadyTime synced_at_{};      // the packer's
  bool has_encoding_ = false;   // the packer's: written, before the first segment is begun

  std::optional<SpoolBooks::Place> unread_;  // the sender's: what the disk did not give
  int readings_ = 0;                         // the sender's: of it

  // Held while the position is written, also over a look at what mutex_ guards.
  Mutex position_mutex_;
  SpoolPositionFile position_ WIREGAUGE_GUARDED_BY(position_mutex_);

  mutable Mutex mutex_;
  CondVar changed_;
  SpoolBooks books_ WIREGAUGE_GUARDED_BY(mutex_);
  std::array<std::string, static_cast<size_t>(Part::kCount)> problems_ WIREGAUGE_GUARDED_BY(mutex_);
  bool closed_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  bool abandoned_ WIREGAUGE_GUARDED_BY(mutex_) = false;
};

}  // namespace wiregauge::sinks
