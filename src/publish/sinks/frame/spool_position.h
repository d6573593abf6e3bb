// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "model/sink_state.h"
#include "publish/sinks/frame/file_bytes.h"

namespace wiregauge::sinks {

// How far a spool is read and written, and the ledger as it is then.
struct SpoolPosition {
  uint64_t segment = 0, offset = 0;  // of the first frame that is not settled
  uint64_t next_record = 1;          // the number of the next record that comes in
  model::SinkLedger ledger{};        // delivered and dropped; `offered` is not kept
};

// The file of a spool's position: two slots that are written by turns, each with a CRC-32. One is
// always whole. Not thread-safe.
class SpoolPositionFile {
 public:
  // Makes it when it is not there. kUnavailable.
  Status Open(const std::string& path);
  // The last one that was written whole; in a new file the beginning.
  const SpoolPosition& opened() const { return opened_; }
  // The problem, or empty.
  std::string Write(const SpoolPosition& position);
  // Whether what was written is on the disk.
  bool Sync();

 private:
  OwnedFile file_;
  SpoolPosition opened_;
  uint64_t sequence_ = 0;
};

}  // namespace wiregauge::sinks
