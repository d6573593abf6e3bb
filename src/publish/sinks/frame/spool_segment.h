// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "base/result.h"
#include "publish/sinks/frame/parcel.h"

// A spool's segment: a file of frames, one after the other. Each is a head, with a CRC-32 of its
// own, and a parcel (Parcel::EncodeTo), whose CRC-32 stands in the head. Heads also number their
// records, from the spool's first one on: what is missing where heads cannot be read is told by the
// next one that can.
namespace wiregauge::sinks {

struct SpoolFrame {
  uint32_t bytes = 0, records = 0;  // with its head
  int64_t offered_at_ns = 0;        // of its oldest record
  // Bytes in which no frame is found; `records` are missing there.
  bool damaged = false;
};

struct SegmentScan {
  std::deque<SpoolFrame> frames;
  uint64_t bytes = 0;        // of these frames
  uint64_t next_record = 0;  // the number after their last record's
  uint64_t rest_bytes = 0;   // behind them, in which no whole frame is found
};

std::string EncodeFrame(const Parcel& parcel, uint64_t first_record);

// Follows the heads, and finds the next good one where one is not. The file stays as it is.
// kUnavailable: it cannot be read now.
Result<SegmentScan> ScanSegment(const std::string& path, uint64_t first_record);

// A parcel; or why it cannot be read now; or, with neither, it is damaged or gone. The file is not
// kept open: one that is removed would keep its room.
struct FrameRead {
  std::shared_ptr<const Parcel> parcel{};
  std::string problem{};
  bool is_disk_at_fault = false;  // it is none that passes when memory, descriptors or rights do
};
FrameRead ReadFrame(const std::string& path, uint64_t offset, const SpoolFrame& frame);

}  // namespace wiregauge::sinks
