// SPDX-License-Identifier: Apache-2.0
#include "base/interrupt.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "base/check.h"

namespace wiregauge {

Interrupt::Interrupt() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) { WIREGAUGE_CHECK(fd_ >= 0); }

Interrupt::~Interrupt() { close(fd_); }

void Interrupt::Raise() noexcept {
  raised_.store(true, std::memory_order_release);
  const uint64_t one = 1;
  // It cannot fail but for a counter that is full, which wakes as well.
  [[maybe_unused]] const ssize_t written = write(fd_, &one, sizeof one);
}

}  // namespace wiregauge
