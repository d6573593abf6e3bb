// SPDX-License-Identifier: Apache-2.0
#include "history/reader_pool.h"

#include <utility>

namespace wiregauge::history {

Result<std::unique_ptr<HistoryReader>> ReaderPool::Take() {
  std::unique_ptr<HistoryReader> reader;
  {
    MutexLock lock(mutex_);
    if (!kept_.empty()) {
      reader = std::move(kept_.back());
      kept_.pop_back();
    }
  }
  if (reader == nullptr) {
    auto opened = HistoryReader::Open(path_);
    if (!opened.ok()) return opened.error();
    reader = std::make_unique<HistoryReader>(std::move(opened).value());
  }
  if (Status status = reader->Begin(); !status.ok()) return status.error();
  MutexLock lock(mutex_);
  ++in_use_;
  return reader;
}

void ReaderPool::GiveBack(std::unique_ptr<HistoryReader> reader, bool is_sound) {
  reader->End();
  if (!is_sound) reader.reset();
  MutexLock lock(mutex_);
  if (reader) kept_.push_back(std::move(reader));
  --in_use_;
  changed_.NotifyAll();
}

void ReaderPool::Close() {
  MutexLock lock(mutex_);
  while (in_use_ > 0) changed_.Wait(lock);
  kept_.clear();
}

}  // namespace wiregauge::history
