// SPDX-License-Identifier: Apache-2.0
#include "app/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace wiregauge::app {
namespace {

std::string Describe(int error) { return std::generic_category().message(error); }

std::string RealPath(const std::string& path) {
  const std::unique_ptr<char, decltype(&free)> real(realpath(path.c_str(), nullptr), &free);
  return real == nullptr ? path : real.get();
}

}  // namespace

Result<std::unique_ptr<OutputFile>> OutputFile::Open(const std::string& path) {
  if (path == "-") {
    return std::unique_ptr<OutputFile>(new OutputFile("standard output", STDOUT_FILENO));
  }
  constexpr int kFlags = O_WRONLY | O_CLOEXEC | O_NOCTTY;
  constexpr mode_t kMode = 0666;
  int fd = open(path.c_str(), kFlags | O_CREAT | O_EXCL, kMode);
  bool made = fd >= 0;
  if (!made && errno == EEXIST) fd = open(path.c_str(), kFlags);
  if (!made && fd < 0 && errno == ENOENT) {  // a link to what is not there yet
    fd = open(path.c_str(), kFlags | O_CREAT, kMode);
    made = fd >= 0;
  }
  if (fd < 0) {
    return Error{errno == EACCES ? ErrorCode::kPermissionDenied : ErrorCode::kUnavailable,
                 path + ": cannot be written: " + Describe(errno)};
  }
  std::unique_ptr<OutputFile> file(new OutputFile(path, fd));
  if (made) file->made_ = RealPath(path);
  return file;
}

OutputFile::OutputFile(std::string name, int fd) : name_(std::move(name)), fd_(fd) {
  buffer_.reserve(kFlushBytes + (64 << 10));
}

OutputFile::~OutputFile() { Close(); }

void OutputFile::Fail(int error) noexcept {
  if (failed()) return;
  error_ = error;
  failed_.store(true, std::memory_order_relaxed);
}

void OutputFile::EmptyOnce() noexcept {
  if (std::exchange(emptied_, true)) return;
  struct stat info {};
  // Standard output is as the shell opened it: it may be there to be appended to.
  if (fd_ == STDOUT_FILENO || fstat(fd_, &info) != 0 || !S_ISREG(info.st_mode)) return;
  if (ftruncate(fd_, 0) != 0) Fail(errno);
}

void OutputFile::Flush() noexcept {
  if (buffer_.empty()) return;
  EmptyOnce();
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

void OutputFile::Close() noexcept {
  const int fd = std::exchange(fd_, -1);
  if (fd < 0) return;
  if (!made_.empty() && !emptied_) unlink(made_.c_str());
  // Some file systems tell of a full disk only here.
  if (fd > STDOUT_FILENO && close(fd) != 0 && errno != EINTR) Fail(errno);
}

Status OutputFile::Finish() {
  Flush();
  if (replace_) EmptyOnce();
  Close();
  if (!failed()) return {};
  return Error{ErrorCode::kUnavailable, name_ + ": cannot be written: " + Describe(error_)};
}

}  // namespace wiregauge::app
