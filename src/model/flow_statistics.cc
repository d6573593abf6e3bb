// SPDX-License-Identifier: Apache-2.0
#include "model/flow_statistics.h"

#include <cmath>

namespace wiregauge::model {
namespace {

// The mean and the deviation of `count` values with these sums. Rounding may leave the variance of
// equal values a little below 0.
Spread MakeSpread(double min, double max, double count, double sum, double sum_of_squares) {
  const double avg = sum / count;
  const double variance = std::max(0.0, sum_of_squares / count - avg * avg);
  return {min, avg, max, min < max ? std::sqrt(variance) : 0.0};
}

}  // namespace

std::optional<Spread> InterarrivalTimes::Milliseconds() const {
  if (gaps_ == 0) return std::nullopt;
  constexpr double kNanoseconds = 1e6;  // in a millisecond
  return MakeSpread(ToMilliseconds(min_), ToMilliseconds(max_), gaps_, ToMilliseconds(sum_),
                    sum_of_squares_ / kNanoseconds / kNanoseconds);
}

std::optional<Spread> PacketLengths::Bytes(uint64_t packets, uint64_t bytes) const {
  if (packets == 0) return std::nullopt;
  return MakeSpread(min_, max_, static_cast<double>(packets), static_cast<double>(bytes),
                    static_cast<double>(sum_of_squares_));
}

}  // namespace wiregauge::model
