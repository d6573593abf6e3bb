// SPDX-License-Identifier: Apache-2.0
#include "publish/http/problem.h"

#include "base/log.h"
#include "base/text.h"

namespace wiregauge::http {
namespace {

Response ProblemOf(int status, std::string_view parameter, std::string_view detail) {
  Problem problem;
  problem.status = status;
  problem.detail = detail;
  problem.parameter = parameter;
  return ProblemResponse(problem);
}

void AppendMember(std::string_view name, std::string_view value, std::string& body) {
  body += body.empty() ? "{\"" : ",\"";
  body += name;
  body += "\":";
  AppendJsonString(value, body);
}

std::string MessageBody(const Problem& problem) {
  std::string body;
  AppendMember("message", problem.detail, body);
  AppendMember("error", problem.detail, body);
  return body + "}\n";
}

std::string ProblemBody(const Problem& problem) {
  std::string body;
  AppendMember("type", problem.type, body);
  AppendMember("title", problem.title.empty() ? StatusPhrase(problem.status) : problem.title, body);
  body += ",\"status\":" + std::to_string(problem.status);
  if (!problem.detail.empty()) AppendMember("detail", problem.detail, body);
  if (!problem.parameter.empty()) AppendMember("parameter", problem.parameter, body);
  return body + "}\n";
}

}  // namespace

Response ProblemResponse(const Problem& problem) {
  const bool is_message = problem.form == ErrorForm::kMessage;
  return {.status = problem.status,
          .content_type = is_message ? "application/json" : "application/problem+json",
          .body = is_message ? MessageBody(problem) : ProblemBody(problem),
          .headers = {}};
}

Response ProblemResponse(int status, std::string_view detail, ErrorForm form) {
  Problem problem;
  problem.status = status;
  problem.detail = detail;
  problem.form = form;
  return ProblemResponse(problem);
}

Response BadParameter(std::string_view parameter, std::string_view detail) {
  return ProblemOf(400, parameter, detail);
}

Response NoSuchThing(std::string_view parameter, std::string_view detail) {
  return ProblemOf(404, parameter, detail);
}

int StatusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return 400;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kPermissionDenied:
      return 403;
    case ErrorCode::kConflict:
      return 409;
    case ErrorCode::kUnavailable:
      return 503;
    case ErrorCode::kDataLoss:
    case ErrorCode::kInternal:
      return 500;
  }
  return 500;
}

Response ErrorResponse(const Error& error, std::string_view parameter, ErrorForm form) {
  Problem problem;
  problem.form = form;
  problem.status = StatusOf(error.code);
  const bool is_the_clients =
      error.code == ErrorCode::kInvalidArgument || error.code == ErrorCode::kNotFound;
  if (is_the_clients) problem.parameter = parameter;
  if (problem.status == 500) {
    log::Error("http", "a request failed", {{"error", error.message}});
    problem.detail = "The request failed inside the server; its log says why.";
  } else {
    problem.detail = error.message;
  }
  return ProblemResponse(problem);
}

}  // namespace wiregauge::http
