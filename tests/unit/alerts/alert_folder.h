// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "alerts/alert_book.h"

namespace wiregauge::alerts {

inline model::AlertContent About(model::AlertSubject subject, std::string type = "host_threshold",
                                 model::Severity severity = model::Severity::kWarning) {
  return {.type = std::move(type),
          .severity = severity,
          .subject = std::move(subject),
          .text = "something is more than it should be",
          .details = R"({"unit":"bps"})",
          .source = "script:test",
          .value = 12.5,
          .threshold = 10};
}
inline model::AlertSubject Host(std::string name, std::string interface = "eth0") {
  return {model::SubjectKind::kHost, std::move(interface), std::move(name)};
}
inline model::AlertSubject Interface(std::string name) {
  return {model::SubjectKind::kInterface, name, name};
}

// An AlertBook in a folder of its own, which goes with it. It writes when it is asked to.
class AlertFolder {
 public:
  // Borrows the clock.
  explicit AlertFolder(const Clock& clock) {
    using namespace std::chrono_literals;
    std::string name = testing::TempDir() + "alerts_XXXXXX";
    folder_ = mkdtemp(name.data());
    book_ = std::make_unique<AlertBook>(AlertOptions{.path = folder_ + "/alerts.db",
                                                     .keep = 24h * 30,
                                                     .max_past = 1000,
                                                     .max_engaged = 100,
                                                     .flush_interval = 1h,
                                                     .retry_interval = 1h},
                                        clock);
    book_->Start();
  }
  ~AlertFolder() {
    book_.reset();
    std::filesystem::remove_all(folder_);
  }
  AlertFolder(const AlertFolder&) = delete;
  AlertFolder& operator=(const AlertFolder&) = delete;

  AlertBook& book() { return *book_; }
  // So that what is past cannot be read: what is there is no file.
  void BreakFile() {
    for (const std::string suffix : {"", "-wal", "-shm"}) {
      std::filesystem::remove(folder_ + "/alerts.db" + suffix);
    }
    std::filesystem::create_directory(folder_ + "/alerts.db");
  }

 private:
  std::string folder_;
  std::unique_ptr<AlertBook> book_;
};

}  // namespace wiregauge::alerts
