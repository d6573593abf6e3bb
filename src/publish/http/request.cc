// SPDX-License-Identifier: Apache-2.0
#include "publish/http/request.h"

#include "base/check.h"

namespace wiregauge::http {
namespace {

template <typename Pair>
const std::string* Find(const std::vector<Pair>& pairs, std::string_view name) {
  for (const Pair& pair : pairs) {
    if (pair.name == name) return &pair.value;
  }
  return nullptr;
}

}  // namespace

std::string_view MethodName(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kPatch:
      return "PATCH";
    case Method::kDelete:
      return "DELETE";
    case Method::kOptions:
      return "OPTIONS";
  }
  return "";
}

const std::string* Request::FindQuery(std::string_view name) const { return Find(query, name); }

const std::string* Request::FindHeader(std::string_view name) const { return Find(headers, name); }

const std::string& Request::PathParameter(std::string_view name) const {
  const std::string* const value = Find(path_parameters, name);
  WIREGAUGE_CHECK(value != nullptr);
  return *value;
}

}  // namespace wiregauge::http
