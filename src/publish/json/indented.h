// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace wiregauge::json {

// A JSON text of our own, as people read it: what holds no object or array stands on one line.
std::string Indented(std::string_view text);

}  // namespace wiregauge::json
