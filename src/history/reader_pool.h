// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "history/history_file.h"

namespace wiregauge::history {

// Connections that read one file, kept for the next time. Thread-safe.
class ReaderPool {
 public:
  explicit ReaderPool(std::string path) : path_(std::move(path)) {}

  // One that sees the file as it is now, never null.
  Result<std::unique_ptr<HistoryReader>> Take() WIREGAUGE_EXCLUDES(mutex_);
  // Each that was taken. `is_sound`: it is fit for the next time.
  void GiveBack(std::unique_ptr<HistoryReader> reader, bool is_sound) WIREGAUGE_EXCLUDES(mutex_);
  // Closes all, also those that are in use, when they are given back. Nobody takes one meanwhile.
  void Close() WIREGAUGE_EXCLUDES(mutex_);

 private:
  const std::string path_;
  Mutex mutex_;
  CondVar changed_;
  // As many as were in use at once.
  std::vector<std::unique_ptr<HistoryReader>> kept_ WIREGAUGE_GUARDED_BY(mutex_);
  size_t in_use_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
};

}  // namespace wiregauge::history
