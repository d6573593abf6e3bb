// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/file_bytes.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace wiregauge::sinks {

OwnedFile::OwnedFile(OwnedFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

OwnedFile& OwnedFile::operator=(OwnedFile&& other) noexcept {
  if (this != &other) {
    Close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

OwnedFile::~OwnedFile() { Close(); }

void OwnedFile::Close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

std::string WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoText();
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

std::string ReadAt(int fd, uint64_t offset, void* out, size_t size) {
  auto* at = static_cast<char*>(out);
  while (size > 0) {
    const ssize_t read = ::pread(fd, at, size, static_cast<off_t>(offset));
    if (read == 0) return {};
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return ErrnoText();
    at += read;
    offset += static_cast<uint64_t>(read);
    size -= static_cast<size_t>(read);
  }
  return {};
}

std::string ReadAll(int fd, std::string& out) {
  struct stat facts {};
  if (::fstat(fd, &facts) == 0) out.reserve(out.size() + static_cast<size_t>(facts.st_size));
  while (true) {
    const size_t had = out.size();
    out.resize(had + (size_t{1} << 16));
    const ssize_t read = ::read(fd, out.data() + had, out.size() - had);
    out.resize(had + (read > 0 ? static_cast<size_t>(read) : 0));
    if (read == 0) return {};
    if (read < 0 && errno != EINTR) return ErrnoText();
  }
}

std::string ErrnoText() { return std::strerror(errno); }

}  // namespace wiregauge::sinks
