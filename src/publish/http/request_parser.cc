// SPDX-License-Identifier: Apache-2.0
#include "publish/http/request_parser.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "publish/http/target.h"

namespace wiregauge::http {
namespace {

constexpr size_t kMaxHeaders = 100;
constexpr std::string_view kCrLf = "\r\n";
// A body that has no meaning (RFC 9110 section 9.3), or none here: it is read and dropped.
constexpr size_t kMaxIdleBody = 4096;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// RFC 9110 section 5.6.2.
bool IsTokenChar(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kMarks.find(c) != std::string_view::npos;
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenChar);
}

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

bool HasControl(std::string_view text) { return std::any_of(text.begin(), text.end(), IsControl); }

std::optional<Method> ParseMethod(std::string_view name) {
  for (const Method method : {Method::kGet, Method::kHead, Method::kPost, Method::kPut,
                              Method::kPatch, Method::kDelete, Method::kOptions}) {
    if (name == MethodName(method)) return method;
  }
  return std::nullopt;
}

// Whether a comma-separated header holds `word`, whatever its case.
bool ListHolds(std::string_view list, std::string_view word) {
  const std::vector<std::string_view> entries = Split(list, ',');
  return std::any_of(entries.begin(), entries.end(),
                     [word](std::string_view entry) { return ToLower(Trim(entry)) == word; });
}

bool HasUseForBody(Method method) {
  return method == Method::kPost || method == Method::kPut || method == Method::kPatch;
}

size_t CountHeader(const Request& request, std::string_view name) {
  return static_cast<size_t>(std::count_if(request.headers.begin(), request.headers.end(),
                                           [name](const Header& h) { return h.name == name; }));
}

}  // namespace

RequestParser::State RequestParser::Fail(int status, std::string_view detail) {
  phase_ = Phase::kFailed;
  failure_ = Problem{};
  failure_.status = status;
  failure_.detail = detail;
  return State::kFailed;
}

RequestParser::State RequestParser::Next() {
  while (phase_ != Phase::kComplete && phase_ != Phase::kFailed) {
    if (Step()) continue;
    if (phase_ == Phase::kFailed) break;
    if (phase_ != Phase::kHead && !std::exchange(told_head_, true)) return State::kHead;
    return State::kNeedMore;
  }
  return phase_ == Phase::kFailed ? State::kFailed : State::kRequest;
}

IncomingRequest RequestParser::Take() {
  IncomingRequest taken = std::exchange(incoming_, {});
  buffer_.erase(0, at_);
  at_ = 0;
  scanned_ = 0;
  trailer_bytes_ = 0;
  told_head_ = false;
  wants_continue_ = false;
  phase_ = Phase::kHead;
  return taken;
}

bool RequestParser::Step() {
  switch (phase_) {
    case Phase::kHead:
      return ReadHead();
    case Phase::kFixedBody:
      return ReadFixedBody();
    case Phase::kChunkSize:
      return ReadChunkSize();
    case Phase::kChunkData:
      return ReadChunkData();
    case Phase::kTrailer:
      return ReadTrailer();
    case Phase::kComplete:
    case Phase::kFailed:
      return false;
  }
  return false;
}

bool RequestParser::ReadHead() {
  // RFC 9112 section 2.2: empty lines before a request are ignored.
  while (std::string_view(buffer_).substr(at_).starts_with(kCrLf)) at_ += kCrLf.size();
  const std::string_view rest = std::string_view(buffer_).substr(at_);
  if (!rest.empty() && rest != "\r" && !IsTokenChar(rest.front())) {
    // Told at once, since no end of a header may follow: a TLS client speaks first, then waits.
    Fail(400, "What came is no HTTP request.");
    return false;
  }
  scanned_ = std::max(scanned_, at_);
  for (size_t lf = buffer_.find('\n', scanned_); lf != std::string::npos;
       lf = buffer_.find('\n', lf + 1)) {
    if (lf == at_ || buffer_[lf - 1] != '\r') {
      Fail(400, "A line of the request's header does not end with CR LF.");
      return false;
    }
    if (lf - at_ >= limits_.header_bytes) break;
    if (lf < at_ + 3 || buffer_[lf - 2] != '\n') continue;
    const std::string_view head = std::string_view(buffer_).substr(at_, lf - 3 - at_);
    size_t line_end = head.find(kCrLf);
    if (!ReadRequestLine(head.substr(0, line_end))) return false;
    while (line_end != std::string_view::npos) {
      const size_t begin = line_end + kCrLf.size();
      line_end = head.find(kCrLf, begin);
      if (!ReadHeaderLine(head.substr(begin, line_end - begin))) return false;
    }
    at_ = lf + 1;
    return DecideConnection() && DecideFraming();
  }
  scanned_ = buffer_.size();
  if (buffered_bytes() <= limits_.header_bytes) return false;
  if (buffer_.find('\n', at_) - at_ >= limits_.header_bytes) {
    Fail(414,
         "The request line is longer than " + std::to_string(limits_.header_bytes) + " bytes.");
  } else {
    Fail(431,
         "The request's header is larger than " + std::to_string(limits_.header_bytes) + " bytes.");
  }
  return false;
}

bool RequestParser::ReadRequestLine(std::string_view line) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  const std::string_view name = line.substr(0, first);
  if (first == last || !IsToken(name)) {
    Fail(400, "The request line is not \"METHOD target HTTP/1.1\".");
    return false;
  }
  const std::string_view version = line.substr(last + 1);
  if (!version.starts_with("HTTP/") || version.size() != 8 || version[6] != '.' ||
      !IsDigit(version[5]) || !IsDigit(version[7])) {
    Fail(400, "The request line does not end with an HTTP version.");
    return false;
  }
  if (version[5] != '1') {
    Fail(505, "This server speaks HTTP/1.1.");
    return false;
  }
  // A later 1.x is answered as 1.1 is (RFC 9110 section 2.5).
  incoming_.is_http10 = version == "HTTP/1.0";
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (target.empty() || HasControl(target) ||
      target.find_first_of(" \t") != std::string_view::npos) {
    Fail(400, "The target of the request is empty or holds a space or a control character.");
    return false;
  }
  const std::optional<Method> method = ParseMethod(name);
  if (!method.has_value()) {
    Fail(501, "The method " + std::string(name) + " is not known here.");
    return false;
  }
  incoming_.request.method = *method;
  incoming_.fault = ParseTarget(target, incoming_.request);
  return true;
}

bool RequestParser::ReadHeaderLine(std::string_view line) {
  const size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  if (colon == std::string_view::npos || !IsToken(name)) {
    Fail(400, "A header line is not \"Name: value\".");
    return false;
  }
  const std::string_view value = Trim(line.substr(colon + 1));
  if (HasControl(value)) {
    Fail(400, "The header " + std::string(name) + " holds a control character.");
    return false;
  }
  if (incoming_.request.headers.size() == kMaxHeaders) {
    Fail(431, "The request has more than " + std::to_string(kMaxHeaders) + " headers.");
    return false;
  }
  incoming_.request.headers.push_back({ToLower(name), std::string(value)});
  return true;
}

bool RequestParser::DecideConnection() {
  const Request& request = incoming_.request;
  const size_t hosts = CountHeader(request, "host");
  if (hosts > 1 || (hosts == 0 && !incoming_.is_http10)) {
    Fail(400, "An HTTP/1.1 request has exactly one Host header.");
    return false;
  }
  if (CountHeader(request, "authorization") > 1) {
    Fail(400, "The request has more than one Authorization header.");
    return false;
  }
  incoming_.keep_alive = !incoming_.is_http10;
  for (const Header& header : request.headers) {
    if (header.name == "connection") {
      if (ListHolds(header.value, "close")) {
        incoming_.keep_alive = false;
        break;
      }
      if (ListHolds(header.value, "keep-alive")) incoming_.keep_alive = true;
    }
    if (header.name == "expect" && !incoming_.is_http10) {
      wants_continue_ = ToLower(header.value) == "100-continue";
    }
  }
  return true;
}

bool RequestParser::DecideFraming() {
  const Request& request = incoming_.request;
  const std::string* const length = request.FindHeader("content-length");
  const std::string* const encoding = request.FindHeader("transfer-encoding");
  most_body_ = HasUseForBody(request.method) ? limits_.body_bytes
                                             : std::min(limits_.body_bytes, kMaxIdleBody);
  if (encoding != nullptr) {
    // RFC 9112 section 6.1: both, or an encoding from HTTP/1.0, is how requests are smuggled.
    if (length != nullptr || incoming_.is_http10) {
      Fail(400, "Transfer-Encoding does not go with Content-Length, nor with HTTP/1.0.");
      return false;
    }
    if (CountHeader(request, "transfer-encoding") != 1 || ToLower(*encoding) != "chunked") {
      Fail(501, "The only Transfer-Encoding known here is chunked.");
      return false;
    }
    phase_ = Phase::kChunkSize;
    return true;
  }
  if (length != nullptr) {
    if (CountHeader(request, "content-length") != 1) {
      Fail(400, "The request has more than one Content-Length.");
      return false;
    }
    return DecideLength(*length);
  }
  phase_ = Phase::kComplete;
  return true;
}

bool RequestParser::DecideLength(std::string_view text) {
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
  if (!digits) {
    Fail(400, "Content-Length is not a number.");
    return false;
  }
  const std::optional<uint64_t> length = ParseNumber<uint64_t>(text);
  if (!length.has_value() || *length > most_body_) return FailBody();
  body_left_ = *length;
  phase_ = Phase::kFixedBody;
  return true;
}

bool RequestParser::FailBody() {
  Fail(413, "The body is larger than " + std::to_string(most_body_) + " bytes.");
  return false;
}

bool RequestParser::ReadFixedBody() {
  if (buffered_bytes() < body_left_) return false;
  incoming_.request.body.assign(buffer_, at_, body_left_);
  at_ += body_left_;
  phase_ = Phase::kComplete;
  return true;
}

// A line without its CR LF; nothing when it is not whole yet or failed.
std::optional<std::string_view> RequestParser::ReadLine() {
  const size_t lf = buffer_.find('\n', at_);
  if (lf == std::string::npos || lf - at_ > limits_.header_bytes) {
    if (buffered_bytes() > limits_.header_bytes) Fail(400, "A line of a chunked body is too long.");
    return std::nullopt;
  }
  if (lf == at_ || buffer_[lf - 1] != '\r') {
    Fail(400, "A line of a chunked body does not end with CR LF.");
    return std::nullopt;
  }
  const std::string_view line = std::string_view(buffer_).substr(at_, lf - 1 - at_);
  at_ = lf + 1;
  return line;
}

bool RequestParser::ReadChunkSize() {
  const std::optional<std::string_view> line = ReadLine();
  if (!line.has_value()) return false;
  const std::string_view digits = line->substr(0, line->find(';'));
  uint64_t size = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, size, 16);
  if (stop != end || digits.empty() || error == std::errc::invalid_argument) {
    Fail(400, "The size of a chunk is not a hexadecimal number.");
    return false;
  }
  if (error != std::errc{} || size > most_body_ - incoming_.request.body.size()) return FailBody();
  body_left_ = size;
  phase_ = size == 0 ? Phase::kTrailer : Phase::kChunkData;
  return true;
}

bool RequestParser::ReadChunkData() {
  if (buffered_bytes() < body_left_ + kCrLf.size()) return false;
  incoming_.request.body.append(buffer_, at_, body_left_);
  at_ += body_left_;
  if (!std::string_view(buffer_).substr(at_).starts_with(kCrLf)) {
    Fail(400, "A chunk is not as long as its size says.");
    return false;
  }
  at_ += kCrLf.size();
  buffer_.erase(0, at_);
  at_ = 0;
  phase_ = Phase::kChunkSize;
  return true;
}

bool RequestParser::ReadTrailer() {
  const std::optional<std::string_view> line = ReadLine();
  if (!line.has_value()) return false;
  trailer_bytes_ += line->size();
  if (trailer_bytes_ > limits_.header_bytes) {
    Fail(431, "The trailer of a chunked body is too large.");
    return false;
  }
  if (line->empty()) phase_ = Phase::kComplete;
  return true;
}

}  // namespace wiregauge::http
