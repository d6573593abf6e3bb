// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "publish/http/problem.h"
#include "publish/http/request.h"

namespace wiregauge::http {

// Fills path, segments and query from a request's target (RFC 9112 section 3.2): origin form,
// absolute form (its scheme and authority are dropped), or "*". A bad percent escape, NUL or bytes
// that are not UTF-8 give a problem that names the segment or the parameter.
std::optional<Problem> ParseTarget(std::string_view target, Request& request);

}  // namespace wiregauge::http
