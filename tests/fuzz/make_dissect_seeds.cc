// SPDX-License-Identifier: Apache-2.0
// Writes the dissect fuzzer's seeds into the folder named: the messages of the unit tests.
#include <cstdio>
#include <fstream>
#include <string>

#include "unit/dissect/messages.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_dissect_seeds FOLDER\n");
    return 2;
  }
  for (const auto& seed : wiregauge::dissect::testing::Seeds()) {
    std::ofstream file(std::string(argv[1]) + "/" + seed.name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(seed.bytes.data()),
               static_cast<std::streamsize>(seed.bytes.size()));
    if (!file.flush()) {
      std::fprintf(stderr, "%s: cannot write %s\n", argv[1], seed.name.c_str());
      return 1;
    }
  }
  return 0;
}
