// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace wiregauge::sinks {

// What Elasticsearch or OpenSearch says of one record of a bulk request.
struct BulkItem {
  enum class Fate : uint8_t {
    kDelivered,  // it is there now, or it was already
    kAgain,      // not now, or not there: too busy, blocked, no such index, not allowed to
    kRejected,   // never: the document is at fault
    kRefused,    // never; whose fault it is cannot be told from the error
  };

  Fate fate = Fate::kDelivered;
  std::string problem{};  // "400 mapper_parsing_exception: failed to parse ..."; or empty
};

// The items of a reply to `records` records, in their order. kUnavailable: it is not the reply to
// them: cut, no JSON, other items than were sent. kConflict: it is longer than can be read.
Result<std::vector<BulkItem>> ReadBulkReply(std::string_view body, size_t records);

// "mapper_parsing_exception: failed to parse ...": of an answer that is an error as a whole; empty
// when it is none of Elasticsearch's.
std::string BulkError(std::string_view body);

}  // namespace wiregauge::sinks
