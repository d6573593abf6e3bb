// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/pipe_target.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <utility>

namespace wiregauge::sinks {
namespace {

constexpr int kFlags = O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
// To end the line that is being written when the sink stops.
constexpr Duration kLastWait = std::chrono::milliseconds(500);

constexpr int kNoStop = -1;

constexpr std::string_view kNobodyReads = "nobody reads";
constexpr std::string_view kStandsStill = "the reader takes nothing any more";

// As a description of its own where there can be one, so that not to block is nobody else's
// setting. A regular file's would begin at the file's start; sockets cannot be opened.
int OpenStandardOutput() {
  struct stat facts {};
  if (::fstat(STDOUT_FILENO, &facts) != 0) return -1;
  if (S_ISFIFO(facts.st_mode) || S_ISCHR(facts.st_mode)) {
    const int fd = ::open("/proc/self/fd/1", kFlags);
    if (fd >= 0 || errno == ENXIO) return fd;
  }
  return ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
}

// What poll(2) promises room for, where more might block.
size_t MostBytesOf(int fd) {
  struct stat facts {};
  const bool is_file = ::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
  const bool blocks = (::fcntl(fd, F_GETFL) & O_NONBLOCK) == 0;
  return blocks && !is_file ? PIPE_BUF : SSIZE_MAX;
}

}  // namespace

PipeTarget::PipeTarget(PipeOptions options) : options_(std::move(options)) {}

Delivery PipeTarget::Deliver(const Parcel& parcel, const Interrupt& stop) {
  Delivery delivery;
  const std::string_view lines = parcel.whole();
  size_t at = 0;
  delivery.problem = Open();
  if (delivery.problem.empty()) {
    at = rest_.empty() ? 0 : parcel[0].body.size() - rest_.size();
    delivery.problem = WriteLines(lines, at, stop);
  }
  const auto written = static_cast<uint32_t>(std::ranges::count(lines.substr(0, at), '\n'));
  for (uint32_t line = written; line < parcel.size(); ++line) delivery.again.push_back(line);
  if (delivery.problem.empty()) return delivery;
  delivery.problem = (is_standard_output() ? "standard output" : options_.path) + ": " +
                     std::move(delivery.problem);
  return delivery;
}

void PipeTarget::Finish() {
  size_t at = 0;
  if (file_.is_open()) Write(rest_, at, kLastWait, kNoStop);
  file_.Close();
}

TargetState PipeTarget::state() const {
  MutexLock lock(mutex_);
  return {.address = options_.path, .connections = opened_};
}

std::string PipeTarget::Open() {
  if (file_.is_open() && !HasMoved()) return {};
  rest_.clear();
  file_ = OwnedFile(is_standard_output() ? OpenStandardOutput()
                                         : ::open(options_.path.c_str(), kFlags));
  if (!file_.is_open()) return errno == ENXIO ? std::string(kNobodyReads) : ErrnoText();
  most_bytes_ = MostBytesOf(file_.fd());
  MutexLock lock(mutex_);
  ++opened_;
  return {};
}

bool PipeTarget::HasMoved() const {
  if (is_standard_output()) return false;
  struct stat ours {
  }, there{};
  if (::fstat(file_.fd(), &ours) != 0 || ::stat(options_.path.c_str(), &there) != 0) return true;
  return ours.st_ino != there.st_ino || ours.st_dev != there.st_dev;
}

// From `at`, which moves on, to the end, or to that of a line when the sink stops.
std::string PipeTarget::WriteLines(std::string_view lines, size_t& at, const Interrupt& stop) {
  std::string problem = Write(lines, at, options_.patience, stop.fd());
  const size_t line_end = at == 0 ? 0 : lines.find('\n', at - 1) + 1;
  if (problem.empty() && at < line_end) {
    problem = Write(lines.substr(0, line_end), at, kLastWait, kNoStop);
  }
  rest_ = lines.substr(at, line_end - at);
  if (problem != kNobodyReads) return problem;
  file_.Close();
  rest_.clear();
  return problem;
}

// From `at`, which moves on, until `stop_fd` is readable.
std::string PipeTarget::Write(std::string_view bytes, size_t& at, Duration patience, int stop_fd) {
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(patience).count();
  while (at < bytes.size()) {
    std::array<pollfd, 2> polled{pollfd{file_.fd(), POLLOUT, 0}, pollfd{stop_fd, POLLIN, 0}};
    const int ready = ::poll(polled.data(), polled.size(), static_cast<int>(wait));
    if (ready == 0) return std::string(kStandsStill);
    if (ready < 0) continue;
    if (polled[1].revents != 0) return {};
    const ssize_t written =
        ::write(file_.fd(), bytes.data() + at, std::min(most_bytes_, bytes.size() - at));
    if (written >= 0) {
      NoteHeard();
      at += static_cast<size_t>(written);
    } else if (errno != EINTR && errno != EAGAIN) {
      return errno == EPIPE ? std::string(kNobodyReads) : ErrnoText();
    }
  }
  return {};
}

}  // namespace wiregauge::sinks
