// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "alerts/alert_book.h"
#include "unit/alerts/alert_folder.h"
#include "unit/base/fixed_clock.h"

namespace wiregauge::alerts {

// An AlertBook in a folder of its own, by a clock that the test sets. It writes when it is asked
// to.
class AlertTest : public testing::Test {
 protected:
  AlertTest() {
    using namespace std::chrono_literals;
    std::string name = testing::TempDir() + "alerts_XXXXXX";
    folder_ = mkdtemp(name.data());
    options_ = {.path = folder_ + "/alerts.db",
                .keep = 24h * 30,
                .max_past = 1000,
                .max_engaged = 100,
                .flush_interval = 1h,
                .retry_interval = 1h};
  }
  ~AlertTest() override {
    book_.reset();
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
    std::filesystem::remove_all(folder_);
  }

  void Start() {
    book_.reset();
    book_ = std::make_unique<AlertBook>(options_, clock_);
    book_->Start();
  }
  void Pass(Duration time) {
    clock_.now += time;
    clock_.steady_now += time;
  }
  uint64_t Raise(const model::AlertContent& content, std::optional<Duration> ttl = {}) {
    const auto id = book_->Raise(content, ttl);
    EXPECT_TRUE(id.ok()) << id.error().message;
    return id.ok() ? *id : 0;
  }
  // The oldest first.
  std::vector<AlertPtr> List(const AlertFilter& filter = {}) {
    auto reading = book_->Read();
    EXPECT_TRUE(reading.ok());
    if (!reading.ok()) return {};
    auto rows = reading->Select(filter);
    EXPECT_TRUE(rows.ok());
    std::ranges::sort(*rows, {}, &AlertRow::id);
    std::vector<AlertPtr> alerts;
    for (const AlertRow& row : *rows) alerts.push_back(*reading->Find(row.id));
    return alerts;
  }
  std::vector<AlertPtr> Engaged() { return List({.is_engaged = true}); }
  std::vector<AlertPtr> Past() { return List({.is_engaged = false}); }
  AlertPtr Find(uint64_t id) {
    auto reading = book_->Read();
    EXPECT_TRUE(reading.ok());
    return *reading->Find(id);
  }
  uint64_t Lost(AlertLoss loss) { return book_->state().lost[static_cast<size_t>(loss)]; }

  FixedClock clock_{Timestamp(std::chrono::seconds(1'700'000'000))};
  std::string folder_;
  AlertOptions options_;
  std::unique_ptr<AlertBook> book_;
};

}  // namespace wiregauge::alerts
