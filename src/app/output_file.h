// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "base/result.h"

namespace wiregauge::app {

// A file that lines are written to, with a large buffer. After the first failed write nothing is
// written any more, and Finish tells why. One thread writes at a time; failed() from any.
class OutputFile {
 public:
  // Makes or empties the file; "-" is standard output.
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

  // Writes what is left and closes: everything is with the kernel, or here is the reason.
  Status Finish();

 private:
  static constexpr size_t kFlushBytes = 1 << 20;

  OutputFile(std::string name, int fd);
  void Flush() noexcept;
  void Fail(int error) noexcept;

  const std::string name_;
  int fd_;
  std::string buffer_;
  std::atomic<bool> failed_{false};
  int error_ = 0;
};

}  // namespace wiregauge::app
