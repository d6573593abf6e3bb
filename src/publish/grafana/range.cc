// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/range.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wiregauge::grafana {
namespace {

// Nothing is known of what is later than this, and nobody should have to look for it.
constexpr Duration kMostAhead = std::chrono::days(366);
// Beyond what a Timestamp holds.
constexpr double kMostNumber = 1e15;

// `or_else` where there is none.
std::optional<Timestamp> ReadInstant(json::ParsedValue value, Timestamp or_else) {
  if (!value.exists()) return or_else;
  if (const auto text = value.text()) return ParseTimestamp(*text);
  const auto number = value.number();
  if (!number || !(*number >= 0 && *number < kMostNumber)) return std::nullopt;
  return ParseTimestamp(std::to_string(static_cast<int64_t>(*number)));
}

Error Unreadable(std::string_view member) {
  return {ErrorCode::kInvalidArgument,
          "range." + std::string(member) +
              " is neither an ISO 8601 time nor a number of seconds or milliseconds since 1970."};
}

}  // namespace

Result<timeseries::Range> ReadRange(json::ParsedValue range, Timestamp now) {
  const auto to = ReadInstant(range["to"], now);
  if (!to) return Unreadable("to");
  const auto from = ReadInstant(
      range["from"], *to - std::min<Duration>(std::chrono::hours(1), to->time_since_epoch()));
  if (!from) return Unreadable("from");
  if (*from > *to) {
    return Error{ErrorCode::kInvalidArgument, "range.from is later than range.to."};
  }
  const Timestamp latest = now + kMostAhead;
  const auto end = std::chrono::ceil<std::chrono::seconds>(std::min(*to, latest));
  return timeseries::Range{UnixSeconds(std::min(*from, latest)), UnixSeconds(end)};
}

}  // namespace wiregauge::grafana
