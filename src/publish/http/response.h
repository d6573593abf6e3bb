// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "publish/http/request.h"

namespace wiregauge::http {

class BodyReader;

// What a handler answers. The server adds Date, Server, Content-Length or Transfer-Encoding,
// Connection, and Content-Encoding and Vary when it compresses: a handler does not set those.
struct Response {
  int status = 200;
  std::string content_type;  // empty: no Content-Type header
  std::string body;
  std::vector<Header> headers;
  // A body that goes on (body_stream.h), in place of `body`: it has no length, and no compression.
  std::shared_ptr<BodyReader> stream{};
};

Response JsonResponse(std::string body);  // 200, application/json
Response TextResponse(std::string body);  // 200, text/plain; charset=utf-8

// The usual phrase of a status, "Not Found"; "" for a number nobody registered.
std::string_view StatusPhrase(int status);

// A weak entity tag over the bytes of a document, `W/"..."`: weak, since the server may compress
// it.
std::string EntityTag(std::string_view body);

// `full` with ETag, or 304 without a body when the request's If-None-Match names `etag`
// (RFC 9110 sections 8.8.3 and 13.1.2).
Response Conditional(const Request& request, std::string_view etag, Response full);

}  // namespace wiregauge::http
