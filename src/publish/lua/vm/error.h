// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace wiregauge::lua {

// A mistake of the script, found in C++: becomes a Lua error with the script's file and line.
class ScriptError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The call has broken a limit: becomes a Lua error that nothing can catch for long.
class LimitReached : public std::runtime_error {
 public:
  LimitReached() : std::runtime_error("limit reached") {}
};

}  // namespace wiregauge::lua
