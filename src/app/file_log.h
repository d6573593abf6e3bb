// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "shard/engine.h"

namespace wiregauge::app {

// Logs once of each capture file that the service reads how that ended: a warning when the file is
// cut, an error when it could not be read to its end.
class FileLog {
 public:
  explicit FileLog(const std::vector<shard::SourceOptions>& sources);

  bool all_told() const { return open_.empty(); }
  // Tells of the files whose reading has ended since the last call.
  void TellEnded(shard::Engine& engine);
  // Tells of all that are left: the engine has stopped.
  void TellRest(shard::Engine& engine);

 private:
  std::vector<size_t> open_;  // indices of sources
};

}  // namespace wiregauge::app
