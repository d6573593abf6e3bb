// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "publish/http/request.h"
#include "publish/http/response.h"
#include "publish/json/parsed.h"

namespace wiregauge::grafana {

// The body of a request; an empty one, which some versions send, is like {}.
Result<json::Parsed> ReadBody(const http::Request& request);

// {"message": ..., "error": ...}, both the same sentence: one is where old panels look, the other
// where new ones do. What is the server's own fault is told to its log instead.
http::Response ErrorAnswer(const Error& error);

}  // namespace wiregauge::grafana
