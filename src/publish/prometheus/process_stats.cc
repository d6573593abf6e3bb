// SPDX-License-Identifier: Apache-2.0
#include "publish/prometheus/process_stats.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include "base/text.h"

namespace wiregauge::metrics {
namespace {

// proc(5), /proc/pid/stat: numbers of the fields, less the three up to the state.
constexpr size_t kUserTicks = 14 - 3, kSystemTicks = 15 - 3, kThreads = 20 - 3,
                 kStartTicks = 22 - 3, kVirtualBytes = 23 - 3, kResidentPages = 24 - 3;

std::optional<double> BootTime() {
  std::ifstream file("/proc/stat");
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("btime ")) return ParseNumber<uint64_t>(std::string_view(line).substr(6));
  }
  return std::nullopt;
}

std::optional<uint64_t> CountOpenFds() {
  std::error_code error;
  std::filesystem::directory_iterator at("/proc/self/fd", error);
  uint64_t count = 0;
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) ++count;
  if (error || count == 0) return std::nullopt;
  return count - 1;  // the one that reads the directory
}

}  // namespace

void ParseProcessStat(std::string_view line, const KernelUnits& units, ProcessStats& stats) {
  const size_t command_end = line.rfind(')');
  if (command_end == std::string_view::npos || command_end + 2 > line.size()) return;
  const std::vector<std::string_view> fields = Split(Trim(line.substr(command_end + 2)), ' ');
  const auto number = [&](size_t field) {
    return field < fields.size() ? ParseNumber<uint64_t>(fields[field]) : std::nullopt;
  };
  stats.threads = number(kThreads);
  stats.virtual_memory_bytes = number(kVirtualBytes);
  if (const auto pages = number(kResidentPages)) {
    stats.resident_memory_bytes = *pages * units.page_bytes;
  }
  const auto user = number(kUserTicks), system = number(kSystemTicks), start = number(kStartTicks);
  if (units.ticks_per_second <= 0) return;
  if (user && system) {
    stats.cpu_seconds = static_cast<double>(*user + *system) / units.ticks_per_second;
  }
  if (start && units.boot_time_seconds) {
    stats.start_time_seconds =
        *units.boot_time_seconds + static_cast<double>(*start) / units.ticks_per_second;
  }
}

ProcessStats ReadProcessStats() {
  ProcessStats stats;
  std::string line;
  std::ifstream file("/proc/self/stat");
  if (std::getline(file, line)) {
    const KernelUnits units = {static_cast<double>(sysconf(_SC_CLK_TCK)),
                               static_cast<uint64_t>(sysconf(_SC_PAGESIZE)), BootTime()};
    ParseProcessStat(line, units, stats);
  }
  stats.open_fds = CountOpenFds();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    stats.max_fds = limit.rlim_cur;
  }
  return stats;
}

}  // namespace wiregauge::metrics
