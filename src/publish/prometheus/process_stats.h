// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wiregauge::metrics {

// What the kernel tells of this process (proc(5)). A value that cannot be read is absent.
struct ProcessStats {
  std::optional<double> cpu_seconds;
  std::optional<double> start_time_seconds;  // since the Unix epoch
  std::optional<uint64_t> resident_memory_bytes, virtual_memory_bytes;
  std::optional<uint64_t> open_fds, max_fds, threads;
};

ProcessStats ReadProcessStats();

// How this machine's kernel counts.
struct KernelUnits {
  double ticks_per_second = 0;
  uint64_t page_bytes = 0;
  std::optional<double> boot_time_seconds;
};

// Fills in what the line of /proc/<pid>/stat tells. The command in it may hold spaces and brackets.
void ParseProcessStat(std::string_view line, const KernelUnits& units, ProcessStats& stats);

}  // namespace wiregauge::metrics
