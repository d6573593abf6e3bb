// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/answer.h"

#include <string>

#include "base/log.h"
#include "publish/http/problem.h"
#include "publish/json/writer.h"

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
  std::string message = error.message;
  const int status = http::StatusOf(error.code);
  if (status == 500) {
    log::Error("grafana", "a request failed", {{"error", error.message}});
    message = "The request failed inside the server; its log says why.";
  }
  std::string body;
  json::Writer writer(body);
  writer.BeginObject();
  writer.Field("message", message);
  writer.Field("error", message);
  writer.EndObject();
  http::Response response = http::JsonResponse(std::move(body));
  response.status = status;
  return response;
}

}  // namespace wiregauge::grafana
