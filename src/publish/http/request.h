// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "model/identity.h"

namespace wiregauge::http {

enum class Method : uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };

std::string_view MethodName(Method method);  // "GET"

struct Header {
  std::string name;
  std::string value;
};

struct Parameter {
  std::string name;
  std::string value;
};

// One HTTP request, as a handler sees it: a plain value, nothing of the HTTP library in it.
// Invariants: segments, query and path_parameters are percent-decoded, valid UTF-8 and free of NUL
// (the server has answered 400 otherwise). HEAD reaches a handler as kGet.
struct Request {
  Method method = Method::kGet;
  std::string path;                        // as it was sent, without the query
  std::vector<std::string> segments;       // "/a/b%2Fc/" -> "a", "b/c"
  std::vector<Parameter> path_parameters;  // the {name} parts of the route's template
  std::vector<Parameter> query;            // in order, repeats kept; '+' is a space
  std::vector<Header> headers;             // names in lower case, in order, repeats kept
  std::string body;
  IpAddress remote_address;
  uint16_t remote_port = 0;
  // Who asks; null: accounts are off, or the route is open. Who may not see everything is kept to
  // what they may see by the route (access.h, Scope).
  std::shared_ptr<const model::Identity> identity;

  // The first one of that name, or null.
  const std::string* FindQuery(std::string_view name) const;
  // `name` in lower case. The first one of that name, or null.
  const std::string* FindHeader(std::string_view name) const;
  // The value of {name} in the route's template; the route has it, or the program is wrong.
  const std::string& PathParameter(std::string_view name) const;
};

}  // namespace wiregauge::http
