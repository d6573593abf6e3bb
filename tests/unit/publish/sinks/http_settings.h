// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "config/settings.h"

namespace wiregauge::sinks {

// Settings as their table has them, for a receiver that speaks HTTP.
inline config::Sink HttpSettings(std::string type, std::string url) {
  config::Sink settings;
  settings.name = "test";
  settings.type = std::move(type);
  settings.format = "ntopng";
  settings.url = std::move(url);
  settings.queue_bytes = uint64_t{2} << 30;
  settings.batch_bytes = uint64_t{1} << 20;
  settings.batch_records = 5000;
  settings.flush_interval = std::chrono::milliseconds(200);
  settings.drain_timeout = std::chrono::seconds(1);
  settings.dead_letter_bytes = uint64_t{64} << 20;
  settings.timeout = std::chrono::seconds(5);
  settings.verify_tls = true;
  settings.manage_schema = true;
  settings.database = "flows";
  settings.table = "flows";
  settings.index = "ntop-flows-%Y.%m.%d";
  settings.compression = "none";
  return settings;
}

}  // namespace wiregauge::sinks
