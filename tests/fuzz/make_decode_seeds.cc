// SPDX-License-Identifier: Apache-2.0
// Writes the decode fuzzer's seeds into the folder named: every sample frame of the unit tests,
// with the control bytes decode_fuzzer.cc reads (link type, all tunnels on, nothing cut).
#include <cstdio>
#include <fstream>
#include <string>

#include "unit/decode/samples.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_decode_seeds FOLDER\n");
    return 2;
  }
  constexpr char kAllTunnels = 0x0f, kNothingCut = 0;
  for (const auto& sample : wiregauge::decode::testing::Samples()) {
    std::ofstream file(std::string(argv[1]) + "/" + sample.name, std::ios::binary);
    file.put(static_cast<char>(sample.link_type)).put(kAllTunnels).put(kNothingCut);
    file.write(reinterpret_cast<const char*>(sample.frame.data()),
               static_cast<std::streamsize>(sample.frame.size()));
    if (!file.flush()) {
      std::fprintf(stderr, "%s: cannot write %s\n", argv[1], sample.name.c_str());
      return 1;
    }
  }
  return 0;
}
