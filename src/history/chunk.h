// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "history/point.h"

namespace wiregauge::history {

// The points of one series over one span of a tier, as bytes: the form of the column `points` in
// the table `chunks`.
//
//   byte 0         version, 1
//   byte 1         1: own points, of which each is one value; 0: rolled-up ones
//   varint         how many points
//   column         `known` of each
//   columns        of the points that are no gaps: the value; or sum, min, max, last, of which the
//                  last three are told as their distance from the average
//
// A column is a byte that says how it is written, its length in bytes as a varint, and numbers as
// zigzag varints (LEB128): 0, each; 1, each one's difference to the one before; 2, pairs of a
// number and how often it stands there. The shortest form is taken.
std::vector<uint8_t> EncodeChunk(std::span<const Point> points);

// kDataLoss when these are no such bytes, or of more than `most_points`.
Result<std::vector<Point>> DecodeChunk(std::span<const uint8_t> bytes, size_t most_points);

}  // namespace wiregauge::history
