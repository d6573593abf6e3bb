// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace wiregauge::sinks {

// Whether a receiver is believed when it refuses a record for good but does not say that the record
// is at fault: a proxy with too small a bound, a table that was made for something else. Who takes
// other records is believed; who refuses one after the other and takes none only a few times: what
// is refused then waits, until the receiver takes some again. One thread's.
class Refusals {
 public:
  static constexpr int kMostInARow = 10;

  void OnTaken() { in_a_row_ = 0; }
  // Of one record. False: it is to wait.
  bool IsBelieved() {
    if (in_a_row_ >= kMostInARow) return false;
    ++in_a_row_;
    return true;
  }
  static std::string Problem(const std::string& refusal) {
    return "no record is taken, so they wait: " + refusal;
  }

 private:
  int in_a_row_ = 0;
};

}  // namespace wiregauge::sinks
