// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"

namespace wiregauge::model {

// Why a record that was offered to a sink never reached the receiver.
enum class SinkDropReason : uint8_t {
  kQueueFull,  // the memory queue was full: the oldest records made room
  kSpoolFull,  // the spool was full: the oldest records made room
  kRejected,   // the receiver does not take it: it is in the dead letters
  kShutdown,   // the service stopped before it could be sent, or written to the spool
  kDamaged,    // its place in the spool cannot be read any more
  kSetAside,   // it waited in the spool, spelled as the sink's settings do not have it any more
  kCount,
};
inline constexpr size_t kSinkDropReasons = static_cast<size_t>(SinkDropReason::kCount);
const char* SinkDropReasonName(SinkDropReason reason);  // "queue_full", ...

// Where the records went that were offered to a sink: at every instant
// offered = delivered + waiting() + what was dropped.
struct SinkLedger {
  uint64_t offered = 0;    // what the filter let through
  uint64_t delivered = 0;  // what the receiver has, each record counted once
  std::array<uint64_t, kSinkDropReasons> dropped{};

  uint64_t dropped_sum() const {
    uint64_t sum = 0;
    for (const uint64_t records : dropped) sum += records;
    return sum;
  }
  uint64_t waiting() const { return offered - delivered - dropped_sum(); }
};

// How it stands with one sink. Counters are from the start of the process, but the ledger's of a
// sink with a spool, which go on over restarts.
struct SinkState {
  std::string name, type;
  std::string address;   // where the records go, without credentials
  bool failing = false;  // the last attempt did not succeed, or the one under way stands still
  std::string problem;   // why; empty when all is well
  std::optional<Timestamp> failing_since;
  std::string warning;  // records go out, yet not all is as it should be; or empty

  SinkLedger ledger;
  uint64_t filtered_out = 0;                      // not offered: the filter does not want them
  uint64_t queue_bytes = 0, max_queue_bytes = 0;  // of records in memory, not yet written down
  bool spooled = false;
  uint64_t spool_bytes = 0, max_spool_bytes = 0;
  std::string spool_problem;  // why it cannot be written or read; empty when all is well

  uint64_t delivered_bytes = 0;
  uint64_t retries = 0;            // attempts that did not succeed
  uint64_t connections = 0;        // that were made
  uint64_t resent_records = 0;     // sent once more after a connection broke
  uint64_t dead_letters_lost = 0;  // rejected ones for which the file had no room
  std::optional<Timestamp> last_delivery;
  std::optional<Timestamp> oldest_waiting;  // when the oldest record that waits was offered
};

}  // namespace wiregauge::model
