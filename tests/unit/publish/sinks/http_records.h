// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/flow_record.h"
#include "publish/sinks/record/field.h"

namespace wiregauge::sinks {

// Records of every kind, as many as are wanted, all different: TCP with TLS and HTTP, UDP with DNS,
// ICMP, IPv6, records of which little is known, texts that need escapes. Their times go on by
// kBetween, from kFirstRecordSeen.
inline constexpr Timestamp kFirstRecordSeen{
    std::chrono::seconds(1'795'820'000)};  // 2026-11-27T22:53:20
inline constexpr Duration kBetween = std::chrono::milliseconds(20);

std::shared_ptr<const RecordContext> TestContext();
model::FlowRecord TestRecord(uint64_t number);
// Records [first, first + count).
std::shared_ptr<const model::FlowBatch> TestBatch(uint64_t first, size_t count);
// Of records [0, count), sorted.
std::vector<std::string> TestIds(size_t count);

}  // namespace wiregauge::sinks
