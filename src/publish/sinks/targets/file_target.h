// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/mutex.h"
#include "base/time.h"
#include "publish/sinks/frame/file_bytes.h"
#include "publish/sinks/frame/target.h"
#include "publish/sinks/targets/file_format.h"

namespace wiregauge::sinks {

struct FileOptions {
  std::string path;
  Compression compression = Compression::kNone;
  uint64_t rotate_bytes = 0;   // 0: never
  Duration rotate_interval{};  // 0: never; else at whole multiples of it since the epoch
  uint32_t keep_files = 0;     // of rotated ones; 0: all
};

// Appends lines to a file. A parcel stands in it whole or not at all: what could not be written to
// its end is taken back, and what an earlier process had begun to write is cut off when the file is
// opened. A file that does not end as this target writes is not touched: it is renamed to
// NAME-20261127T235959.123Z.EXT.torn. A compressed file has a member or a frame for each parcel.
//
// A file that is old, or that the next parcel would make too large, is renamed to
// NAME-20261127T235959.123Z.EXT, the time when that is done, and the next one begins. So it does
// when somebody else has moved the file away (logrotate): the path is looked at before each parcel.
// Of files that are named so, and of no others, the oldest are removed.
class FileTarget final : public Target {
 public:
  FileTarget(FileOptions options, const Clock& clock);

  Delivery Deliver(const Parcel& parcel, const Interrupt& stop) override;
  std::string Tend(const Interrupt& stop) override;
  TargetState state() const override WIREGAUGE_EXCLUDES(mutex_);

 private:
  std::string MakeReady(uint64_t bytes);
  std::string Open();
  std::string MendEnd(uint64_t size);
  std::string SetAside();
  uint64_t size() const;
  bool HasMoved() const;
  bool IsDue(uint64_t bytes) const;
  int64_t PeriodOf(Timestamp time) const;
  std::string Rotate();
  std::string FreeName(const std::string& suffix) const;
  void RemoveOldest() const;
  std::string WriteWhole(std::string_view bytes);

  const FileOptions options_;
  const Clock& clock_;
  OwnedFile file_;
  int64_t period_ = 0;  // of rotate_interval, in which the file's first line was written
  mutable Mutex mutex_;
  uint64_t opened_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
};

}  // namespace wiregauge::sinks
