// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wiregauge {

// An instant: nanoseconds since the Unix epoch (UTC). Captures give it to packets; daemons take it
// from a Clock.
using Timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;
using Duration = std::chrono::nanoseconds;
// By a clock that nobody sets: for how long ago something was.
using SteadyTime = std::chrono::steady_clock::time_point;

// "2026-01-31T23:59:59.123456Z": RFC 3339, UTC, always six fractional digits.
std::string FormatRfc3339(Timestamp time);

// An instant as clients write it: RFC 3339 with any offset, or a number of seconds (also with a
// fraction) or milliseconds since the epoch, which their size tells apart: from 10^11 on (in 1973)
// it is these. A space stands for the "+" that it was in a URL. From 1970 to 2261.
std::optional<Timestamp> ParseTimestamp(std::string_view text);

// Whole seconds since the epoch, rounded down, also before 1970.
inline int64_t UnixSeconds(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

inline double ToMilliseconds(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}
inline double ToSeconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// "300", "300s", "5m", "1h", "30d", "250ms" -> duration; nothing for anything else or a negative
// value.
std::optional<Duration> ParseDuration(std::string_view text);

// Where daemons get the time from, so that tests can hold it still. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp Now() const = 0;
  virtual SteadyTime SteadyNow() const { return std::chrono::steady_clock::now(); }
};

class SystemClock final : public Clock {
 public:
  Timestamp Now() const override;
};

}  // namespace wiregauge
