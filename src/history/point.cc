// SPDX-License-Identifier: Apache-2.0
#include "history/point.h"

namespace wiregauge::history {
namespace {

Point Sum(const Point& older, const Point& newer, SeriesType type, uint32_t most_known) {
  if (older.is_gap()) return newer;
  if (newer.is_gap()) return older;
  if (most_known == 1) {
    return type == SeriesType::kGauge ? newer : Point::Of(BoundedSum(older.sum, newer.sum));
  }
  Point both = older;
  both.Append(newer);
  both.known = std::min(both.known, most_known);
  return both;
}

}  // namespace

void Overlay(std::span<Point> points, std::span<const Point> newer, SeriesType type,
             uint32_t most_known) {
  const size_t size = std::min(points.size(), newer.size());
  for (size_t i = 0; i < size; ++i) points[i] = Sum(points[i], newer[i], type, most_known);
}

std::vector<Point> RollUp(std::span<const Point> points, size_t ratio) {
  std::vector<Point> rolled((points.size() + ratio - 1) / ratio);
  for (size_t i = 0; i < points.size(); ++i) rolled[i / ratio].Append(points[i]);
  return rolled;
}

}  // namespace wiregauge::history
