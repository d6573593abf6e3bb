// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace wiregauge {

[[noreturn]] void CheckFailed(const char* condition, const char* file, int line) noexcept;

}  // namespace wiregauge

// Aborts with the condition and its place when a promise inside the program is broken. Never used
// on input: bad input is an Error. A macro because the condition's
// text and place are wanted (clang 14 cannot read libstdc++ 12's <source_location>).
#define WIREGAUGE_CHECK(condition)                     \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::wiregauge::CheckFailed(#condition, __FILE__, __LINE__))
