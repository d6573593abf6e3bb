// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "alerts/alert_book.h"
#include "snapshot/snapshot.h"

namespace wiregauge::app {

// Raises an alert when a live interface is gone or has failed, interface_<state>, and releases it
// when that is over; also one that an earlier process raised. Not thread-safe.
class InterfaceWatch {
 public:
  // Borrows the book.
  explicit InterfaceWatch(alerts::AlertBook& book) : book_(book) {}

  // How the interfaces stand now.
  void Look(const snapshot::Snapshot& snapshot);

 private:
  void LookAt(const snapshot::InterfaceView& view);

  alerts::AlertBook& book_;
  std::map<std::string, std::string> states_;  // by interface, when it was looked at last
};

}  // namespace wiregauge::app
