// SPDX-License-Identifier: Apache-2.0
#include "model/reverse_lookups.h"

namespace wiregauge::model {

const char* LookupResultName(LookupResult result) {
  static constexpr std::array<const char*, kLookupResults> kNames = {"name", "no_name", "timeout",
                                                                     "failed"};
  return kNames[static_cast<size_t>(result)];
}

}  // namespace wiregauge::model
