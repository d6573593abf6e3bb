// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Files of sinks: opened, written whole, closed.
namespace wiregauge::sinks {

// A descriptor that is closed in the end. Move-only.
class OwnedFile {
 public:
  OwnedFile() = default;
  explicit OwnedFile(int fd) : fd_(fd) {}
  OwnedFile(OwnedFile&& other) noexcept;
  OwnedFile& operator=(OwnedFile&& other) noexcept;
  ~OwnedFile();

  bool is_open() const { return fd_ >= 0; }
  int fd() const { return fd_; }
  void Close();

 private:
  int fd_ = -1;
};

// Writes all of it, or says why not ("No space left on device"); part of it may stand there then.
std::string WriteAll(int fd, std::string_view bytes);
// Reads bytes from there; where the file ends, the rest stays as it was. Says why not, or empty.
std::string ReadAt(int fd, uint64_t offset, void* out, size_t size);
// Appends the file's bytes; says why not, or empty.
std::string ReadAll(int fd, std::string& out);
// The system's words for errno.
std::string ErrnoText();

}  // namespace wiregauge::sinks
