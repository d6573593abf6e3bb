// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace wiregauge::store {

// Keeps other processes from what a file stands for, as long as it lives: flock(2) on a file of its
// own, never on the database (closing that would drop SQLite's locks). Move-only.
class FileLock {
 public:
  // Makes the file (mode 0600) when it is not there. kUnavailable: another process has the lock, or
  // the file cannot be made.
  static Result<FileLock> Take(const std::string& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}

  int fd_ = -1;
};

}  // namespace wiregauge::store
