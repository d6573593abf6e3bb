// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "publish/sinks/frame/file_bytes.h"
#include "publish/sinks/frame/parcel_queue.h"
#include "store/file_lock.h"

namespace wiregauge::sinks {

struct SpoolOptions {
  std::string dir;  // of this sink alone; made when it is not there
  uint64_t most_bytes = 0;
  uint64_t segment_bytes = uint64_t{16} << 20;  // less when most_bytes is small
};

// Parcels on disk, oldest first: what was added outlives the process, kill -9 included. What was
// added more than a second before the newest parcel outlives a power failure.
//
// The folder holds segments, 00000000000000000001.spool and so on, each a row of frames: a head
// with the parcel's length, its records and a CRC-32 over head and parcel, then the parcel
// (Parcel::EncodeTo). Beside them stands `position`: how far the parcels are settled, and the
// ledger as it was then, in two slots that are written by turns, each with a CRC-32: one is always
// whole.
//
// A torn end after a crash is cut off when the spool is opened. A frame that cannot be read is
// skipped, its records count as damaged. When there is no room the oldest segment goes. When the
// disk fails Add waits and tries again: the records behind wait in the intake.
class Spool final : public ParcelQueue {
 public:
  // What an earlier process left is there to be taken. Errors: kConflict when another process has
  // the folder, kPermissionDenied, kUnavailable.
  static Result<std::unique_ptr<Spool>> Open(SpoolOptions options);

  // As an earlier process left it, with what waits.
  const model::SinkLedger& ledger() const { return opened_; }

  Put Add(Parcel parcel) override WIREGAUGE_EXCLUDES(mutex_);
  Taken Take(SteadyTime deadline) override WIREGAUGE_EXCLUDES(mutex_);
  void Settle(const model::SinkLedger& totals) override WIREGAUGE_EXCLUDES(mutex_);
  void Close() override WIREGAUGE_EXCLUDES(mutex_);
  bool is_done() const override WIREGAUGE_EXCLUDES(mutex_);
  void Abandon() override WIREGAUGE_EXCLUDES(mutex_);
  bool persistent() const override { return true; }
  State state() const override WIREGAUGE_EXCLUDES(mutex_);

 private:
  struct Frame {
    uint32_t bytes = 0, records = 0;  // with its head
    int64_t offered_at_ns = 0;
  };
  struct Segment {
    uint64_t number = 0;
    uint64_t file_bytes = 0;
    uint64_t offset = 0;         // of the first frame that is not settled
    std::deque<Frame> frames{};  // that are not settled
  };
  // Where a frame is; the segment may be gone when it is read.
  struct Place {
    uint64_t segment = 0, offset = 0;
    Frame frame;
  };

  explicit Spool(SpoolOptions options) : options_(std::move(options)) {}

  Status OpenFolder();
  Status ReadSegments();
  Segment Scan(uint64_t number) const;
  void ReadPosition();
  void SkipSettled(uint64_t segment, uint64_t offset);
  void WritePosition() WIREGAUGE_EXCLUDES(mutex_);

  uint64_t MakeRoom(uint64_t bytes) WIREGAUGE_EXCLUDES(mutex_);
  std::string BeginSegment() WIREGAUGE_EXCLUDES(mutex_);
  std::string Append(const std::string& frame) WIREGAUGE_EXCLUDES(mutex_);
  void Sync();
  void SetProblem(const std::string& problem) WIREGAUGE_EXCLUDES(mutex_);
  bool WaitToTryAgain() WIREGAUGE_EXCLUDES(mutex_);

  bool HasFrame() const WIREGAUGE_REQUIRES(mutex_);
  Place FrontPlace() WIREGAUGE_REQUIRES(mutex_);
  void PopFront(std::vector<uint64_t>& finished) WIREGAUGE_REQUIRES(mutex_);
  uint64_t BytesOnDisk() const WIREGAUGE_REQUIRES(mutex_);
  std::shared_ptr<const Parcel> ReadFrame(const Place& place) const;
  std::string PathOf(uint64_t segment) const;
  void Remove(const std::vector<uint64_t>& segments) const;

  const SpoolOptions options_;
  std::optional<store::FileLock> lock_;
  model::SinkLedger opened_;  // only Open writes it
  OwnedFile writing_;         // the packer's: the last segment
  SteadyTime synced_at_{};

  // Held while the position is read or written, also over a look at what mutex_ guards.
  Mutex position_mutex_;
  OwnedFile position_ WIREGAUGE_GUARDED_BY(position_mutex_);
  uint64_t position_sequence_ WIREGAUGE_GUARDED_BY(position_mutex_) = 0;

  mutable Mutex mutex_;
  CondVar changed_;
  model::SinkLedger settled_ WIREGAUGE_GUARDED_BY(mutex_);  // as of the last Settle
  uint64_t spool_full_ WIREGAUGE_GUARDED_BY(mutex_) = 0;    // records, with earlier processes'
  std::deque<Segment> segments_ WIREGAUGE_GUARDED_BY(mutex_);
  uint64_t next_segment_ WIREGAUGE_GUARDED_BY(mutex_) = 1;
  // What was taken: where it was, unless its segment had to go meanwhile.
  std::optional<Place> taken_ WIREGAUGE_GUARDED_BY(mutex_);
  std::string problem_ WIREGAUGE_GUARDED_BY(mutex_);
  bool closed_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  bool abandoned_ WIREGAUGE_GUARDED_BY(mutex_) = false;
};

}  // namespace wiregauge::sinks
