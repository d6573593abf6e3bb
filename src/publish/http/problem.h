// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "publish/http/response.h"

namespace wiregauge::http {

// An error answer, application/problem+json (RFC 9457).
struct Problem {
  int status = 500;
  std::string type = "about:blank";  // or "/problems/<name>" when a client is to tell it apart
  std::string title;                 // empty: the status' phrase
  std::string detail;                // a sentence for a person; never an exception's text
  std::string parameter;             // the parameter at fault; empty: member left out
};

Response ProblemResponse(const Problem& problem);

// The short forms.
Response ProblemResponse(int status, std::string_view detail);
Response BadParameter(std::string_view parameter, std::string_view detail);  // 400
// 404: what the path's parameter names is not there.
Response NoSuchThing(std::string_view parameter, std::string_view detail);

// The one place where an Error becomes a status: invalid argument 400, not found 404, permission
// denied 403, conflict 409, unavailable 503, data loss and internal 500.
int StatusOf(ErrorCode code);

// `error.message` is the detail below 500 and for 503; a 500 keeps it from the client and logs it.
Response ErrorResponse(const Error& error, std::string_view parameter = {});

}  // namespace wiregauge::http
