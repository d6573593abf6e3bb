// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace wiregauge::key_value {

// Whether all of `text` is as the pattern says: "*" stands for any bytes, "?" for one byte, "\"
// makes the next byte stand for itself. Takes at most pattern * text steps.
bool MatchesGlob(std::string_view pattern, std::string_view text);

// What every text that matches begins with.
std::string FixedPrefix(std::string_view pattern);

}  // namespace wiregauge::key_value
