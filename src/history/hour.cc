// SPDX-License-Identifier: Apache-2.0
#include "history/hour.h"

#include "history/varint.h"

namespace wiregauge::history {

bool Hour::Put(uint32_t number, SeriesType type, uint32_t step_seconds, int64_t unix_second,
               int64_t value) {
  if (StartOf(unix_second) != start_ || value == kGap) return false;
  const size_t step = static_cast<size_t>(unix_second - start_) / step_seconds;
  const auto [at, is_new] = series_.try_emplace(number, Series{type, step_seconds, {}});
  std::vector<int64_t>& values = at->second.values;
  const size_t before = values.capacity() * sizeof(int64_t);
  if (values.size() <= step) values.resize(step + 1, kGap);
  bytes_ += values.capacity() * sizeof(int64_t) - before + (is_new ? sizeof(Series) : 0);
  int64_t& place = values[step];
  known_points_ += place == kGap;
  const bool adds = type == SeriesType::kCounter && place != kGap;
  place = adds ? Sum(place, value) : value;
  return true;
}

std::vector<Point> PointsOf(const Hour::Series& series) {
  std::vector<Point> points;
  points.reserve(series.values.size());
  for (const int64_t value : series.values) {
    points.push_back(value == Hour::kGap ? Point{} : Point::Of(value));
  }
  return points;
}

std::vector<uint8_t> HourPart::Encode() const {
  std::vector<uint8_t> bytes;
  int64_t series_before = 0;
  for (const Entry& entry : entries) {
    AppendSigned(bytes, entry.series - series_before);
    series_before = entry.series;
    AppendUnsigned(bytes, entry.first_step);
    AppendUnsigned(bytes, entry.values.size());
    for (const int64_t value : entry.values) AppendSigned(bytes, value);
  }
  return bytes;
}

bool HourPart::Decode(std::span<const uint8_t> bytes, HourPart& part) {
  VarintReader reader(bytes);
  int64_t series = 0;
  while (!reader.empty()) {
    int64_t difference = 0;
    uint64_t first_step = 0, count = 0;
    const bool has_head = reader.ReadSigned(difference) && reader.ReadUnsigned(first_step) &&
                          reader.ReadUnsigned(count);
    if (!has_head || first_step > kHourSeconds || count > kHourSeconds - first_step) return false;
    series = Sum(series, difference);
    Entry entry{series, static_cast<uint32_t>(first_step), std::vector<int64_t>(count)};
    for (int64_t& value : entry.values) {
      if (!reader.ReadSigned(value)) return false;
    }
    part.entries.push_back(std::move(entry));
  }
  return true;
}

}  // namespace wiregauge::history
