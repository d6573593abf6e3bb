// SPDX-License-Identifier: Apache-2.0
#include "publish/http/response.h"

#include <pistache/http_defs.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "base/text.h"

namespace wiregauge::http {
namespace {

// FNV-1a, 64 bits: tells versions of our own documents apart; nobody hostile writes them.
uint64_t Digest(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return hash;
}

// The opaque part: weak comparison (RFC 9110 section 8.8.3.2) looks at nothing else.
std::string_view Opaque(std::string_view tag) {
  return tag.starts_with("W/") ? tag.substr(2) : tag;
}

}  // namespace

Response JsonResponse(std::string body) {
  return {
      .status = 200, .content_type = "application/json", .body = std::move(body), .headers = {}};
}

Response TextResponse(std::string body) {
  return {.status = 200,
          .content_type = "text/plain; charset=utf-8",
          .body = std::move(body),
          .headers = {}};
}

std::string_view StatusPhrase(int status) {
  return Pistache::Http::codeString(static_cast<Pistache::Http::Code>(status));
}

std::string EntityTag(std::string_view body) {
  std::array<char, 16> digits;
  const auto [end, error] = std::to_chars(digits.begin(), digits.end(), Digest(body), 16);
  return "W/\"" + std::string(digits.begin(), end) + "-" + std::to_string(body.size()) + "\"";
}

Response Conditional(const Request& request, std::string_view etag, Response full) {
  full.headers.push_back({"ETag", std::string(etag)});
  const std::string* const wanted = request.FindHeader("if-none-match");
  if (wanted == nullptr) return full;
  for (const std::string_view entry : Split(*wanted, ',')) {
    const std::string_view tag = Trim(entry);
    if (tag == "*" || Opaque(tag) == Opaque(etag)) {
      full.status = 304;
      full.body.clear();
      full.content_type.clear();
      return full;
    }
  }
  return full;
}

}  // namespace wiregauge::http
