// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "publish/http/response.h"

namespace wiregauge::http {

// What an error answer looks like.
enum class ErrorForm : uint8_t {
  kProblem,  // application/problem+json (RFC 9457)
  kMessage,  // {"message": detail, "error": detail}: each is where some programs look
};

// An error answer.
struct Problem {
  int status = 500;
  std::string type = "about:blank";  // or "/problems/<name>" when a client is to tell it apart
  std::string title;                 // empty: the status' phrase
  std::string detail;                // a sentence for a person; never an exception's text
  std::string parameter;             // the parameter at fault; empty: member left out
  ErrorForm form = ErrorForm::kProblem;
};

Response ProblemResponse(const Problem& problem);

// The short forms.
Response ProblemResponse(int status, std::string_view detail, ErrorForm form = ErrorForm::kProblem);
Response BadParameter(std::string_view parameter, std::string_view detail);  // 400
// 404: what the path's parameter names is not there.
Response NoSuchThing(std::string_view parameter, std::string_view detail);

// The one place where an Error becomes a status: invalid argument 400, not found 404, permission
// denied 403, conflict 409, unavailable 503, data loss and internal 500.
int StatusOf(ErrorCode code);

// `error.message` is the detail below 500 and for 503; a 500 keeps it from the client and logs it.
Response ErrorResponse(const Error& error, std::string_view parameter = {},
                       ErrorForm form = ErrorForm::kProblem);

}  // namespace wiregauge::http
