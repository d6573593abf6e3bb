// SPDX-License-Identifier: Apache-2.0
#include "history/chunk.h"

#include <array>

#include "history/varint.h"

namespace wiregauge::history {
namespace {

constexpr uint8_t kVersion = 1;

using Numbers = std::vector<int64_t>;
using Bytes = std::vector<uint8_t>;

enum Form : uint8_t { kEach, kDifferences, kRuns, kForms };

Bytes WriteNumbers(const Numbers& numbers, Form form) {
  Bytes bytes;
  int64_t before = 0;
  for (size_t i = 0; i < numbers.size();) {
    size_t run = 1;
    if (form == kRuns) {
      while (i + run < numbers.size() && numbers[i + run] == numbers[i]) ++run;
    }
    AppendSigned(bytes, form == kDifferences ? Difference(numbers[i], before) : numbers[i]);
    if (form == kRuns) AppendUnsigned(bytes, run);
    before = numbers[i];
    i += run;
  }
  return bytes;
}

void WriteColumn(Bytes& out, const Numbers& numbers) {
  Bytes shortest;
  Form chosen = kEach;
  for (const Form form : {kEach, kDifferences, kRuns}) {
    Bytes bytes = WriteNumbers(numbers, form);
    if (form != kEach && bytes.size() >= shortest.size()) continue;
    shortest = std::move(bytes);
    chosen = form;
  }
  out.push_back(chosen);
  AppendUnsigned(out, shortest.size());
  out.insert(out.end(), shortest.begin(), shortest.end());
}

bool ReadNumbers(VarintReader& reader, Form form, size_t count, Numbers& numbers) {
  int64_t before = 0;
  while (numbers.size() < count) {
    int64_t number = 0;
    uint64_t run = 1;
    if (!reader.ReadSigned(number)) return false;
    if (form == kRuns && !reader.ReadUnsigned(run)) return false;
    if (run == 0 || run > count - numbers.size()) return false;
    if (form == kDifferences) number = Sum(before, number);
    numbers.insert(numbers.end(), run, number);
    before = number;
  }
  return reader.empty();
}

bool ReadColumn(VarintReader& reader, size_t count, Numbers& numbers) {
  uint8_t form = 0;
  uint64_t length = 0;
  std::span<const uint8_t> bytes;
  if (!reader.ReadByte(form) || form >= kForms || !reader.ReadUnsigned(length) ||
      !reader.ReadBytes(length, bytes)) {
    return false;
  }
  VarintReader column(bytes);
  return ReadNumbers(column, static_cast<Form>(form), count, numbers);
}

int64_t AverageOf(const Point& point) { return point.sum / static_cast<int64_t>(point.known); }

// The columns of points that are rolled up: sum, and the others' distance from the average.
constexpr std::array<int64_t Point::*, 3> kDistances = {&Point::min, &Point::max, &Point::last};

bool IsOwn(std::span<const Point> points) {
  return std::ranges::all_of(points,
                             [](const Point& p) { return p.is_gap() || p == Point::Of(p.sum); });
}

bool ReadDistances(VarintReader& reader, size_t count, std::span<Point> points) {
  for (const auto member : kDistances) {
    Numbers distances;
    if (!ReadColumn(reader, count, distances)) return false;
    size_t i = 0;
    for (Point& point : points) {
      if (!point.is_gap()) point.*member = Sum(AverageOf(point), distances[i++]);
    }
  }
  return true;
}

bool ReadPoints(VarintReader& reader, bool own, std::vector<Point>& points) {
  Numbers known, sums;
  if (!ReadColumn(reader, points.size(), known)) return false;
  size_t count = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    if (known[i] < 0 || known[i] > kHourSeconds) return false;
    points[i].known = static_cast<uint32_t>(known[i]);
    count += known[i] != 0;
  }
  if (!ReadColumn(reader, count, sums)) return false;
  size_t i = 0;
  for (Point& point : points) {
    if (point.is_gap()) continue;
    point.sum = sums[i++];
    if (own) point = Point::Of(point.sum);
  }
  return (own || ReadDistances(reader, count, points)) && reader.empty();
}

}  // namespace

std::vector<uint8_t> EncodeChunk(std::span<const Point> points) {
  const bool own = IsOwn(points);
  Bytes bytes = {kVersion, own};
  AppendUnsigned(bytes, points.size());
  Numbers numbers;
  for (const Point& point : points) numbers.push_back(point.known);
  WriteColumn(bytes, numbers);
  const auto write = [&](auto value_of) {
    numbers.clear();
    for (const Point& point : points) {
      if (!point.is_gap()) numbers.push_back(value_of(point));
    }
    WriteColumn(bytes, numbers);
  };
  write([](const Point& point) { return point.sum; });
  if (own) return bytes;
  for (const auto member : kDistances) {
    write([member](const Point& point) { return Difference(point.*member, AverageOf(point)); });
  }
  return bytes;
}

Result<std::vector<Point>> DecodeChunk(std::span<const uint8_t> bytes, size_t most_points) {
  VarintReader reader(bytes);
  uint8_t version = 0, own = 0;
  uint64_t count = 0;
  const bool has_head = reader.ReadByte(version) && version == kVersion && reader.ReadByte(own) &&
                        own <= 1 && reader.ReadUnsigned(count) && count <= most_points;
  std::vector<Point> points(has_head ? count : 0);
  if (!has_head || !ReadPoints(reader, own == 1, points)) {
    return Error{ErrorCode::kDataLoss, "a piece of a series is damaged"};
  }
  return points;
}

}  // namespace wiregauge::history
