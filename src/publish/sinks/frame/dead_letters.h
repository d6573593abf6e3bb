// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wiregauge::sinks {

// The file of records that a receiver will never take, with its reasons: one JSON object a line,
// {"time", "reason", "record"}, where the record is what was sent, as text. Bounded in bytes; made
// with its first line, mode 0600. A line that a process was killed over is cut off. One thread's.
class DeadLetters {
 public:
  // `most_bytes` 0: keeps none.
  DeadLetters(std::string path, uint64_t most_bytes)
      : path_(std::move(path)), most_bytes_(most_bytes) {}

  // False: it could not be kept.
  bool Add(std::string_view record, std::string_view reason);
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
  const uint64_t most_bytes_;
};

}  // namespace wiregauge::sinks
