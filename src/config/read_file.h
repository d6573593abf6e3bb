// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace wiregauge::config {

// What the file holds; of a larger one the first `most_bytes`. Errors, which say the system's
// reason alone: kNotFound, kPermissionDenied, kInvalidArgument.
Result<std::string> ReadFile(const std::string& path, size_t most_bytes);

}  // namespace wiregauge::config
