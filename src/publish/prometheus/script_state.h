// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "key_value/key_value_store.h"
#include "snapshot/flow_tape.h"

namespace wiregauge::metrics {

// How it stands with Lua scripts, as whoever runs them tells: of the process, counters from its
// start.
struct ScriptState {
  struct Runs {
    std::string_view result;  // a literal
    uint64_t count = 0;
  };
  struct OfScript {
    std::string script;  // "routes/top.lua"; each once
    std::vector<Runs> runs;
    std::vector<uint64_t> durations;  // by class: one more than there are bounds
    double seconds = 0;
  };
  std::vector<OfScript> scripts;
  std::span<const double> duration_bounds;  // of the classes, in seconds
  uint64_t good = 0, old = 0, bad = 0;      // how many there are now
  uint64_t generation = 0;

  uint64_t waiting = 0, busy_workers = 0, states_discarded = 0;
  std::vector<uint64_t> worker_memory_bytes;

  snapshot::FlowTape::State flow_tape;
  key_value::KeyValueState key_values;
};

}  // namespace wiregauge::metrics
