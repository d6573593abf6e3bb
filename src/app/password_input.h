// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace wiregauge::app {

// A new password: on a terminal asked for twice without an echo, else the first line of standard
// input. Never a flag: others see those.
Result<std::string> ReadNewPassword(const std::string& user);

}  // namespace wiregauge::app
