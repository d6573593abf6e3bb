// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "base/packet_view.h"
#include "packet_builder.h"

namespace wiregauge::decode::testing {

// One frame of each kind the decoder knows, with what it must make of it when it looks into all
// tunnels (Describe in packet_test.cc). Also the fuzzer's seeds and the benchmark's input.
struct Sample {
  std::string name;
  LinkType link_type;
  Bytes frame;
  std::string expected;
};

std::vector<Sample> Samples();

// How GoogleTest names a sample.
inline void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.name; }

}  // namespace wiregauge::decode::testing
