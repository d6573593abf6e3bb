// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "shard/engine.h"

namespace wiregauge::app {

// One line for a terminal, at most `columns` wide, of how far the reading of a file is:
// "today.pcap  [#######.....]  58 %  1.2 M packets  93 MiB/s". Without a size: packets and speed.
std::string ProgressLine(const std::string& name, const shard::FileProgress& progress,
                         Duration elapsed, size_t columns);

// Draws it on stderr over and over, when stderr is a terminal; else does nothing.
class ProgressBar {
 public:
  explicit ProgressBar(std::string name);
  ~ProgressBar();  // wipes the line
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void Draw(const shard::FileProgress& progress, Duration elapsed);

 private:
  const std::string name_;
  const bool visible_;
};

}  // namespace wiregauge::app
