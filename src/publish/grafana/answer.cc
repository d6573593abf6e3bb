// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/answer.h"

#include "publish/http/problem.h"

namespace wiregauge::grafana {

Result<json::Parsed> ReadBody(const http::Request& request) {
  auto parsed = json::Parsed::Parse(request.body.empty() ? "{}" : request.body);
  if (!parsed.ok()) {
    return Error{parsed.error().code, "The body cannot be read: " + parsed.error().message + "."};
  }
  if (!parsed->root().is_object()) {
    return Error{ErrorCode::kInvalidArgument, "The body is no JSON object."};
  }
  return parsed;
}

http::Response ErrorAnswer(const Error& error) {
  return http::ErrorResponse(error, {}, http::ErrorForm::kMessage);
}

}  // namespace wiregauge::grafana
