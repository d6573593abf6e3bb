// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "publish/lua/vm/state.h"

namespace wiregauge::lua {

// Bytes that C++ objects hold for a script, counted as its own while this is there.
class HeldBytes {
 public:
  explicit HeldBytes(State& state) : state_(state) {}
  HeldBytes(State& state, size_t bytes) : HeldBytes(state) { Add(bytes); }
  ~HeldBytes() { state_.HoldBytes(-bytes_); }
  HeldBytes(const HeldBytes&) = delete;
  HeldBytes& operator=(const HeldBytes&) = delete;

  // Throws LimitReached.
  void Add(size_t bytes) {
    bytes_ += static_cast<int64_t>(bytes);
    state_.HoldBytes(static_cast<int64_t>(bytes));
  }
  // To what a string has by now.
  void GrowTo(size_t bytes) {
    if (static_cast<int64_t>(bytes) > bytes_) Add(bytes - static_cast<size_t>(bytes_));
  }

 private:
  State& state_;
  int64_t bytes_ = 0;
};

}  // namespace wiregauge::lua
