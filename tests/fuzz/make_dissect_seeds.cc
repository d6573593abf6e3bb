// SPDX-License-Identifier: Apache-2.0
// Writes the dissect fuzzer's seeds into the folder named: the messages of the unit tests.
#include <cstdio>

#include "unit/dissect/messages.h"

int main(int argc, char** argv) {
  using namespace wiregauge::dissect::testing;  // NOLINT(google-build-using-namespace): two names
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_dissect_seeds FOLDER\n");
    return 2;
  }
  return WriteSeeds(Seeds(), argv[1]) ? 0 : 1;
}
