// SPDX-License-Identifier: Apache-2.0
#include "capture/byte_stream.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>

namespace wiregauge::capture {
namespace {

std::string Describe(int error) { return std::generic_category().message(error); }

ErrorCode CodeOf(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::kNotFound;
    case EACCES:
    case EPERM:
      return ErrorCode::kPermissionDenied;
    case ENAMETOOLONG:
    case ELOOP:
    case ENXIO:
      return ErrorCode::kInvalidArgument;  // ENXIO: a socket
    default:
      return ErrorCode::kUnavailable;
  }
}

}  // namespace

Result<std::unique_ptr<FdStream>> FdStream::Open(const std::string& path, PipeWaiting waiting) {
  // O_NONBLOCK: opening a pipe nobody writes to must not hang. Plain files ignore it.
  const int fd = path == "-" ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                             : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return Error{CodeOf(errno), path + ": cannot be opened: " + Describe(errno)};
  std::unique_ptr<FdStream> stream(new FdStream(fd, std::move(waiting)));
  struct stat info {};
  if (fstat(fd, &info) != 0) {
    return Error{ErrorCode::kUnavailable, path + ": cannot be opened: " + Describe(errno)};
  }
  if (S_ISDIR(info.st_mode)) {
    return Error{ErrorCode::kInvalidArgument,
                 path + ": is a directory; a pcap or pcapng file was expected"};
  }
  if (S_ISREG(info.st_mode)) {
    stream->size_bytes_ = static_cast<uint64_t>(info.st_size);
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return stream;
  }
  stream->is_pipe_ = true;
  if (path != "-" && S_ISFIFO(info.st_mode)) {
    if (Status status = stream->WaitForWriter(path); !status.ok()) return status.error();
  }
  return stream;
}

FdStream::~FdStream() { close(fd_); }

Status FdStream::WaitForWriter(const std::string& path) {
  constexpr auto kPatience = std::chrono::seconds(2);
  constexpr int kLookEveryMilliseconds = 20;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  uint8_t first = 0;
  ssize_t got = read(fd_, &first, 1);
  // 0: nobody has the pipe open for writing. EAGAIN: somebody has, and has not written yet.
  while (got == 0 && std::chrono::steady_clock::now() < deadline) {
    poll(nullptr, 0, kLookEveryMilliseconds);
    got = read(fd_, &first, 1);
  }
  if (got == 1) peeked_.push_back(first);
  if (got == 0) {
    return Error{ErrorCode::kUnavailable,
                 path + ": is a pipe that no program writes to; start the writer first"};
  }
  return {};
}

bool FdStream::WaitReadable() noexcept {
  // A negative descriptor is one that poll(2) passes over.
  const int interrupt_fd = waiting_.interrupt == nullptr ? -1 : waiting_.interrupt->fd();
  pollfd events[] = {{.fd = fd_, .events = POLLIN, .revents = 0},
                     {.fd = interrupt_fd, .events = POLLIN, .revents = 0}};
  if (poll(events, 2, 0) == 0) {
    if (waiting_.before_wait) waiting_.before_wait();
    poll(events, 2, -1);
  }
  return events[1].revents == 0;
}

size_t FdStream::ReadFd(std::span<uint8_t> buffer) noexcept {
  while (true) {
    if (is_pipe_ && !WaitReadable()) return Fail({.cut = false, .reason = "was interrupted"});
    const ssize_t got = read(fd_, buffer.data(), buffer.size());
    if (got >= 0) return static_cast<size_t>(got);
    // EAGAIN: another reader of the same pipe was faster.
    if (errno == EINTR || errno == EAGAIN) continue;
    return Fail({.cut = false, .reason = "reading it failed: " + Describe(errno)});
  }
}

size_t FdStream::Read(std::span<uint8_t> buffer) noexcept {
  size_t count = std::min(buffer.size(), peeked_.size() - peeked_taken_);
  if (count > 0) {
    std::memcpy(buffer.data(), peeked_.data() + peeked_taken_, count);
    peeked_taken_ += count;
  } else {
    count = ReadFd(buffer);
  }
  position_bytes_ += count;
  return count;
}

std::span<const uint8_t> FdStream::Peek(size_t count) noexcept {
  while (peeked_.size() < count) {
    const size_t had = peeked_.size();
    peeked_.resize(count);
    const size_t got = ReadFd(std::span(peeked_).subspan(had));
    peeked_.resize(had + got);
    if (got == 0) break;
  }
  return std::span(peeked_).first(std::min(count, peeked_.size()));
}

}  // namespace wiregauge::capture
