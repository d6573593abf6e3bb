// SPDX-License-Identifier: Apache-2.0
#include "publish/http/target.h"

#include <string>

#include "base/text.h"

namespace wiregauge::http {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Why `text` cannot be decoded into `decoded`; null when it could.
const char* PercentDecode(std::string_view text, bool plus_is_space, std::string& decoded) {
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    const int high = i + 1 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return "a % that no two hexadecimal digits follow";
    decoded.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  if (decoded.find('\0') != std::string::npos) return "a NUL byte";
  if (ToValidUtf8(decoded) != decoded) return "bytes that are not UTF-8";
  return nullptr;
}

Problem BadPart(std::string_view what, std::string_view text, const char* why,
                std::string_view parameter) {
  Problem problem;
  problem.status = 400;
  problem.detail = std::string(what) + " \"" + ToValidUtf8(text) + "\" holds " + why + ".";
  problem.parameter = ToValidUtf8(parameter);
  return problem;
}

std::optional<Problem> ParsePath(std::string_view path, Request& request) {
  request.path = path;
  if (path == "*") return std::nullopt;
  path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) return std::nullopt;
  for (const std::string_view part : Split(path, '/')) {
    std::string segment;
    if (const char* const why = PercentDecode(part, false, segment)) {
      return BadPart("The part of the path", part, why, {});
    }
    request.segments.push_back(std::move(segment));
  }
  return std::nullopt;
}

std::optional<Problem> ParseQuery(std::string_view query, Request& request) {
  for (const std::string_view pair : Split(query, '&')) {
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    const std::string_view name = pair.substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    Parameter parameter;
    if (const char* const why = PercentDecode(name, true, parameter.name)) {
      return BadPart("The name of a parameter", name, why, name);
    }
    if (const char* const why = PercentDecode(value, true, parameter.value)) {
      return BadPart("The parameter " + parameter.name + ":", value, why, parameter.name);
    }
    request.query.push_back(std::move(parameter));
  }
  return std::nullopt;
}

// What follows the authority of "http://host:port/path?query".
std::string_view WithoutAuthority(std::string_view target) {
  const size_t scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string_view::npos) return target;
  const size_t path = target.find_first_of("/?", scheme + 3);
  return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

}  // namespace

std::optional<Problem> ParseTarget(std::string_view target, Request& request) {
  const std::string_view origin = WithoutAuthority(target);
  const size_t mark = origin.find('?');
  const std::string_view path = mark == 0 ? std::string_view("/") : origin.substr(0, mark);
  if (!path.starts_with('/') && path != "*") {
    request.path = path;
    return BadPart("The target of the request", target, "no path that begins with /", {});
  }
  if (auto problem = ParsePath(path, request)) return problem;
  if (mark == std::string_view::npos) return std::nullopt;
  return ParseQuery(origin.substr(mark + 1), request);
}

}  // namespace wiregauge::http
