// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "key_value/key_value_store.h"
#include "unit/base/fixed_clock.h"

namespace wiregauge::key_value {

// A store in a folder of its own, which goes with it. It writes when it is asked to.
class KeyValueTest : public testing::Test {
 protected:
  KeyValueTest() {
    std::string name = testing::TempDir() + "key_value_XXXXXX";
    folder_ = mkdtemp(name.data());
    options_.path = folder_ + "/scripts.db";
    options_.flush_interval = options_.retry_interval = std::chrono::hours(1);
  }
  ~KeyValueTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void Start() {
    store_.emplace(options_, clock_);
    store_->Start();
  }
  void Restart() {
    store_.reset();
    Start();
  }
  bool Flush() { return store_->Flush(std::chrono::seconds(30)); }
  std::string Text(const char* key) {
    const auto value = store_->Get({"s", key});
    if (!value.ok()) return "error: " + value.error().message;
    return value->value_or("none");
  }

  std::string folder_;
  KeyValueOptions options_;
  FixedClock clock_{Timestamp(std::chrono::hours(500'000))};
  std::optional<KeyValueStore> store_;
};

}  // namespace wiregauge::key_value
