// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "config/sink_settings.h"

namespace wiregauge::sinks {

// Settings as their table has them, but for a queue that holds every record, small batches and
// little patience.
inline config::Sink TestSettings(std::string_view type) {
  config::Sink settings = config::DefaultSink(type);
  settings.name = "test";
  settings.queue_bytes = uint64_t{2} << 30;
  settings.batch_bytes = uint64_t{1} << 20;
  settings.batch_records = 5000;
  settings.flush_interval = std::chrono::milliseconds(200);
  settings.drain_timeout = std::chrono::seconds(1);
  return settings;
}

// For a receiver that speaks HTTP.
inline config::Sink HttpSettings(std::string_view type, std::string url) {
  config::Sink settings = TestSettings(type);
  settings.url = std::move(url);
  settings.timeout = std::chrono::seconds(5);
  settings.database = "flows";
  return settings;
}

}  // namespace wiregauge::sinks
