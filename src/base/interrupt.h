// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

namespace wiregauge {

// Ends the waiting of a thread that polls a descriptor: a reader of a pipe. Thread-safe; once
// raised it stays so.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  void Raise() noexcept;
  bool raised() const noexcept { return raised_.load(std::memory_order_acquire); }
  // Readable for poll(2) once raised.
  int fd() const noexcept { return fd_; }

 private:
  const int fd_;
  std::atomic<bool> raised_{false};
};

}  // namespace wiregauge
