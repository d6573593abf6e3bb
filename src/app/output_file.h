// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "app/file_identity.h"
#include "base/result.h"

namespace wiregauge::app {

// A file that lines are written to, with a large buffer. After the first failed write nothing is
// written any more, and Finish tells why. One thread writes at a time; failed() from any.
//
// What the file held before goes with the first write, or at the end once Replace was called. An
// output that is neither written nor to be replaced leaves no trace: an old file stays as it was,
// and one that Open made is removed.
class OutputFile {
 public:
  // Opens or makes the file; "-" is standard output.
  static Result<std::unique_ptr<OutputFile>> Open(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Where the next text is appended; call Appended after it.
  std::string& buffer() { return buffer_; }
  void Appended() noexcept {
    if (buffer_.size() >= kFlushBytes) Flush();
  }

  bool failed() const { return failed_.load(std::memory_order_relaxed); }
  std::optional<FileIdentity> identity() const { return IdentifyDescriptor(fd_); }

  // From now on the old content is out of date, even if nothing is written.
  void Replace() { replace_ = true; }

  // Writes what is left and closes: everything is with the kernel, or here is the reason.
  Status Finish();

 private:
  static constexpr size_t kFlushBytes = 1 << 20;

  OutputFile(std::string name, int fd);
  void Flush() noexcept;
  void EmptyOnce() noexcept;
  void Fail(int error) noexcept;
  void Close() noexcept;

  const std::string name_;
  int fd_;
  std::string made_;  // the real path of the file that Open made; empty: it was there
  bool replace_ = false;
  bool emptied_ = false;
  std::string buffer_;
  std::atomic<bool> failed_{false};
  int error_ = 0;
};

}  // namespace wiregauge::app
