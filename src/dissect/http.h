// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

// Heads of HTTP/1 messages (RFC 9112) as they begin a TCP segment. Nothing here allocates. Any
// thread.
namespace wiregauge::dissect {

enum class HttpMethod : uint8_t {
  kGet,
  kHead,
  kPost,
  kPut,
  kDelete,
  kConnect,
  kOptions,
  kTrace,
  kPatch,
  kOther,  // any other token before a target and a version
  kCount,
};
const char* HttpMethodName(HttpMethod method);  // "GET", ...; "other"

// What one head says. Views point into the segment and hold any bytes; what is not there, or lies
// behind the segment's end, is empty.
struct HttpHead {
  bool is_request = false;
  bool complete = false;  // the empty line was seen: no header is missing

  // Requests:
  HttpMethod method = HttpMethod::kOther;
  std::string_view method_text;
  std::string_view target;  // "/path", "http://host/path", "host:port" or "*"; RFC 9112 section 3.2
  std::string_view host;    // of the header; the first one, should there be several
  std::string_view user_agent;

  // Responses:
  uint16_t status = 0;  // 100 to 599

  std::string_view content_type;  // of either
};

// Whether the bytes can be the beginning of a head: cheap, and true for every head that
// ParseHttpHead reads. Four bytes decide.
[[nodiscard]] inline bool MayBeHttp(std::span<const uint8_t> bytes) noexcept;

// Reads request line or status line and the headers above. Nothing unless the first line is one of
// HTTP/1; a line that the segment cuts is one when a known method or "HTTP/1." and a status begin
// it. Bare line feeds end lines too (RFC 9112 section 2.2). Headers that continue a line (obs-fold)
// or have a space in front of the colon, and those after a line that is none, are left out: what
// different parsers read differently is nobody's fact.
std::optional<HttpHead> ParseHttpHead(std::span<const uint8_t> bytes) noexcept;

// A Host header without its port, in brackets or not: "example.org", "192.0.2.1", "2001:db8::1".
std::string_view HostWithoutPort(std::string_view host) noexcept;

inline bool MayBeHttp(std::span<const uint8_t> bytes) noexcept {
  // A token in upper case, as all registered methods are; "HTTP" begins like that too.
  constexpr size_t kDecide = 4;
  if (bytes.size() < 16) return false;
  for (size_t i = 0; i < kDecide; ++i) {
    const bool is_letter = bytes[i] >= 'A' && bytes[i] <= 'Z';
    if (!is_letter && !(i == kDecide - 1 && bytes[i] == ' ') && bytes[i] != '-') return false;
  }
  return true;
}

}  // namespace wiregauge::dissect
