// SPDX-License-Identifier: Apache-2.0
// Pieces of series as a damaged file may hold them: refused, or read as what can be written again.
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/check.h"
#include "history/chunk.h"
#include "history/hour.h"

namespace {

using namespace wiregauge::history;

void ReadChunk(std::span<const uint8_t> bytes) {
  const auto points = DecodeChunk(bytes, kHourSeconds);
  if (!points.ok()) return;
  WIREGAUGE_CHECK(points->size() <= kHourSeconds);
  const auto again = DecodeChunk(EncodeChunk(*points), kHourSeconds);
  WIREGAUGE_CHECK(again.ok());
}

void ReadHourPart(std::span<const uint8_t> bytes) {
  HourPart part;
  if (!HourPart::Decode(bytes, part)) return;
  HourPart again;
  WIREGAUGE_CHECK(HourPart::Decode(part.Encode(), again));
  WIREGAUGE_CHECK(again.entries.size() == part.entries.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ReadChunk({data, size});
  ReadHourPart({data, size});
  return 0;
}
