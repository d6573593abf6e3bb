// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

namespace wiregauge {

// Memory for what grows by the packet: slabs of one size, whose pages are present. The system takes
// over a microsecond for a fresh page, which is what a packet takes; so a thread makes slabs ahead
// and sleeps while nobody takes any. One supply a process, as the heap is. Thread-safe.
//
// Slabs that were given back are taken first, and none goes back to the system: a table that was
// as large will be so again.
class SlabSupply {
 public:
  static constexpr size_t kSlabBytes = size_t{64} * 1024;

  struct GiveBack {
    void operator()(std::byte* slab) const noexcept;
  };
  // kSlabBytes of any value, aligned to a page.
  using Slab = std::unique_ptr<std::byte, GiveBack>;

  // Throws std::bad_alloc when the system has no memory, and the first time std::system_error when
  // it has no thread.
  static Slab Take();
};

}  // namespace wiregauge
