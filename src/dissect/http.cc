// SPDX-License-Identifier: Apache-2.0
#include "dissect/http.h"

#include <algorithm>
#include <array>

namespace wiregauge::dissect {
namespace {

constexpr std::array<std::string_view, static_cast<size_t>(HttpMethod::kCount) - 1> kMethods = {
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
constexpr size_t kMostMethodBytes = 20;
constexpr std::string_view kVersion = "HTTP/1.";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// RFC 9110 section 5.6.2.
bool IsTokenCharacter(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kOthers.find(c) != std::string_view::npos;
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenCharacter);
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  const auto same = [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  };
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), same);
}

std::string_view TrimSpaces(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Takes a line off; false when the segment ends first, and `line` is then what there is of it.
bool TakeLine(std::string_view& rest, std::string_view& line) {
  const size_t end = rest.find('\n');
  line = rest.substr(0, end);
  if (end == std::string_view::npos) return false;
  rest.remove_prefix(end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return true;
}

// "HTTP/1.1 200 OK"; the reason may be missing.
bool ReadStatusLine(std::string_view line, HttpHead& head) {
  constexpr size_t kStatusAt = kVersion.size() + 2;
  if (line.size() < kStatusAt + 3 || !line.starts_with(kVersion)) return false;
  if (!IsDigit(line[kVersion.size()]) || line[kVersion.size() + 1] != ' ') return false;
  const std::string_view digits = line.substr(kStatusAt, 3);
  if (!std::all_of(digits.begin(), digits.end(), IsDigit)) return false;
  if (line.size() > kStatusAt + 3 && line[kStatusAt + 3] != ' ') return false;
  head.status =
      static_cast<uint16_t>((digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0'));
  return head.status >= 100 && head.status <= 599;
}

bool IsVersion(std::string_view text) {
  return text.size() == kVersion.size() + 1 && text.starts_with(kVersion) && IsDigit(text.back());
}

// "GET /path HTTP/1.1"; of a line that is cut the version, and an end of the target, are missing.
bool ReadRequestLine(std::string_view line, bool whole, HttpHead& head) {
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || space > kMostMethodBytes) return false;
  head.method_text = line.substr(0, space);
  if (!IsToken(head.method_text)) return false;
  const auto* const known = std::find(kMethods.begin(), kMethods.end(), head.method_text);
  head.method = static_cast<HttpMethod>(known - kMethods.begin());
  line.remove_prefix(space + 1);
  if (whole) {
    const size_t last = line.rfind(' ');
    if (last == std::string_view::npos || !IsVersion(line.substr(last + 1))) return false;
    line = line.substr(0, last);
  } else {
    line = line.substr(0, line.find(" HTTP/"));
  }
  head.target = line;
  return !line.empty() && (whole || head.method != HttpMethod::kOther);
}

void SetOnce(std::string_view& field, std::string_view value) {
  if (field.empty()) field = value;
}

void TakeHeader(std::string_view name, std::string_view value, HttpHead& head) {
  if (EqualsIgnoringCase(name, "content-type")) {
    SetOnce(head.content_type, value);
  } else if (head.is_request && EqualsIgnoringCase(name, "host")) {
    SetOnce(head.host, value);
  } else if (head.is_request && EqualsIgnoringCase(name, "user-agent")) {
    SetOnce(head.user_agent, value);
  }
}

void ReadHeaders(std::string_view rest, HttpHead& head) {
  std::string_view line;
  while (TakeLine(rest, line)) {
    if (line.empty()) {
      head.complete = true;
      return;
    }
    if (line.front() == ' ' || line.front() == '\t') continue;
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const std::string_view name = line.substr(0, colon);
    if (IsToken(name)) TakeHeader(name, TrimSpaces(line.substr(colon + 1)), head);
  }
}

}  // namespace

const char* HttpMethodName(HttpMethod method) {
  const auto index = static_cast<size_t>(method);
  return index < kMethods.size() ? kMethods[index].data() : "other";
}

std::optional<HttpHead> ParseHttpHead(std::span<const uint8_t> bytes) noexcept {
  if (!MayBeHttp(bytes)) return std::nullopt;
  std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size()), line;
  HttpHead head;
  const bool whole = TakeLine(rest, line);
  head.is_request = !line.starts_with(kVersion);
  if (!(head.is_request ? ReadRequestLine(line, whole, head) : ReadStatusLine(line, head))) {
    return std::nullopt;
  }
  if (whole) ReadHeaders(rest, head);
  return head;
}

std::string_view HostWithoutPort(std::string_view host) noexcept {
  if (host.starts_with('[')) {
    const size_t end = host.find(']');
    return end == std::string_view::npos ? host : host.substr(1, end - 1);
  }
  const size_t colon = host.rfind(':');
  const bool one_colon = colon != std::string_view::npos && host.find(':') == colon;
  return one_colon ? host.substr(0, colon) : host;
}

}  // namespace wiregauge::dissect
