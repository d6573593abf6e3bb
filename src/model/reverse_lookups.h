// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace wiregauge::model {

// What came of asking a name server for the name of an address.
enum class LookupResult : uint8_t {
  kName,
  kNoName,   // there is none: no such domain, or no PTR record with a host's name
  kTimeout,  // no server answered
  kFailed,   // a server could not tell, or its answer could not be read
  kCount,
};
inline constexpr size_t kLookupResults = static_cast<size_t>(LookupResult::kCount);
const char* LookupResultName(LookupResult result);  // "name", "no_name", "timeout", "failed"

// The work of the reverse resolver since its start, and what it holds now.
struct ReverseLookupCounters {
  std::array<uint64_t, kLookupResults> results{};  // by LookupResult
  // Hosts that were to be asked for and found no room: they come again with a later snapshot.
  uint64_t dropped_queue_full = 0;
  // Results that left before their time for others' sake.
  uint64_t dropped_cache_full = 0;
  uint64_t waiting = 0;  // addresses that are asked for, or will be
  uint64_t cached = 0;   // addresses whose result is known
};

}  // namespace wiregauge::model
