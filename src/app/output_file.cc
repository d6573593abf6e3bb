// SPDX-License-Identifier: Apache-2.0
#include "app/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace wiregauge::app {
namespace {

std::string Describe(int error) { return std::generic_category().message(error); }

}  // namespace

Result<std::unique_ptr<OutputFile>> OutputFile::Open(const std::string& path) {
  if (path == "-") {
    return std::unique_ptr<OutputFile>(new OutputFile("standard output", STDOUT_FILENO));
  }
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) {
    return Error{errno == EACCES ? ErrorCode::kPermissionDenied : ErrorCode::kUnavailable,
                 path + ": cannot be written: " + Describe(errno)};
  }
  return std::unique_ptr<OutputFile>(new OutputFile(path, fd));
}

OutputFile::OutputFile(std::string name, int fd) : name_(std::move(name)), fd_(fd) {
  buffer_.reserve(kFlushBytes + (64 << 10));
}

OutputFile::~OutputFile() {
  if (fd_ > STDOUT_FILENO) close(fd_);
}

void OutputFile::Fail(int error) noexcept {
  if (failed()) return;
  error_ = error;
  failed_.store(true, std::memory_order_relaxed);
}

void OutputFile::Flush() noexcept {
  const char* at = buffer_.data();
  const char* const end = at + buffer_.size();
  while (at < end && !failed()) {
    const ssize_t written = write(fd_, at, static_cast<size_t>(end - at));
    if (written >= 0) {
      at += written;
    } else if (errno != EINTR) {
      Fail(errno);
    }
  }
  buffer_.clear();
}

Status OutputFile::Finish() {
  Flush();
  // Some file systems tell of a full disk only here.
  const int fd = std::exchange(fd_, -1);
  if (fd > STDOUT_FILENO && close(fd) != 0 && errno != EINTR) Fail(errno);
  if (!failed()) return {};
  return Error{ErrorCode::kUnavailable, name_ + ": cannot be written: " + Describe(error_)};
}

}  // namespace wiregauge::app
