// SPDX-License-Identifier: Apache-2.0
#include "app/progress_bar.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "app/summary.h"

namespace wiregauge::app {
namespace {

size_t TerminalColumns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace

std::string ProgressLine(const std::string& name, const shard::FileProgress& progress,
                         Duration elapsed, size_t columns) {
  const double seconds = std::max(ToSeconds(elapsed), 1e-3);
  std::string tail = "  " + WithPrefix(static_cast<double>(progress.packets)) + "packets  " +
                     BinarySize(static_cast<double>(progress.bytes_read) / seconds) + "/s";
  std::string line = name.substr(0, columns / 3);
  if (progress.size_bytes > 0) {
    const double part = std::clamp(
        static_cast<double>(progress.bytes_read) / static_cast<double>(progress.size_bytes), 0.0,
        1.0);
    char percent[16];
    std::snprintf(percent, sizeof percent, "  %3d %%", static_cast<int>(part * 100));
    const size_t taken = line.size() + 4 + std::string_view(percent).size() + tail.size();
    if (taken + 10 < columns) {
      const size_t width = std::min<size_t>(columns - taken - 1, 40);
      std::string bar(width, '.');
      std::fill_n(bar.begin(), static_cast<size_t>(part * static_cast<double>(width)), '#');
      line += "  [" + bar + "]";
    }
    line += percent;
  }
  line += tail;
  return line.substr(0, columns - 1);
}

ProgressBar::ProgressBar(std::string name)
    : name_(std::move(name)), visible_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (visible_) std::fputs("\r\033[K", stderr);
}

void ProgressBar::Draw(const shard::FileProgress& progress, Duration elapsed) {
  if (!visible_) return;
  std::fprintf(stderr, "\r\033[K%s",
               ProgressLine(name_, progress, elapsed, TerminalColumns()).c_str());
}

}  // namespace wiregauge::app
