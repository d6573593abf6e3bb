// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "history/history.h"

namespace wiregauge::history {

// A history in a folder of its own, which goes with it. It writes when it is asked to.
class HistoryFolder {
 public:
  // Borrows the clock. `file`: where it is in the folder.
  explicit HistoryFolder(const Clock& clock, const std::string& file = "history.db") {
    using namespace std::chrono_literals;
    std::string name = testing::TempDir() + "history_XXXXXX";
    folder_ = mkdtemp(name.data());
    history_ = std::make_unique<History>(HistoryOptions{.path = folder_ + "/" + file,
                                                        .keep = {24h, 24h * 30, 24h * 365},
                                                        .max_file_bytes = 1 << 30,
                                                        .flush_interval = 1h,
                                                        .retry_interval = 10ms,
                                                        .max_waiting_bytes = 1 << 24},
                                         clock);
    history_->Start();
  }
  ~HistoryFolder() {
    history_.reset();
    std::filesystem::remove_all(folder_);
  }
  HistoryFolder(const HistoryFolder&) = delete;
  HistoryFolder& operator=(const HistoryFolder&) = delete;

  History& history() { return *history_; }

 private:
  std::string folder_;
  std::unique_ptr<History> history_;
};

}  // namespace wiregauge::history
