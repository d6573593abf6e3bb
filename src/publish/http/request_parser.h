// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "publish/http/access.h"
#include "publish/http/problem.h"
#include "publish/http/request.h"

namespace wiregauge::http {

struct RequestLimits {
  size_t header_bytes = 0;
  size_t body_bytes = 0;
};

// One request and what its connection has to know.
struct IncomingRequest {
  Request request;
  bool is_http10 = false;
  bool keep_alive = true;
  // Its head was looked at, and it may have what a route with this policy gives.
  std::optional<RoutePolicy> admitted_to;
  // Well framed, yet not to be handled: a bad escape in its target.
  std::optional<Problem> fault;
};

// Bytes of one connection -> requests, as RFC 9112 frames them; strict where leniency is how
// requests are smuggled (bare LF, folded lines, space before a colon, two lengths). Bytes come in
// pieces of any size; several requests may be in one piece. Not thread-safe; nothing in it blocks
// or throws.
class RequestParser {
 public:
  enum class State {
    kNeedMore,
    kHead,     // head(), once for a request whose body is not all here: now it can be refused
    kRequest,  // Take() it
    kFailed,   // failure(); the connection can carry nothing more
  };

  explicit RequestParser(RequestLimits limits) : limits_(limits) {}

  void Feed(std::string_view bytes) { buffer_.append(bytes); }
  State Next();
  // The request so far.
  IncomingRequest& head() { return incoming_; }
  // At kHead: the client waits for "100 Continue" (RFC 9110 section 10.1.1).
  bool wants_continue() const { return wants_continue_; }
  IncomingRequest Take();
  const Problem& failure() const { return failure_; }

  // Whether a request has begun and is not complete.
  bool InRequest() const { return phase_ != Phase::kHead || at_ < buffer_.size(); }
  size_t buffered_bytes() const { return buffer_.size() - at_; }

 private:
  enum class Phase { kHead, kFixedBody, kChunkSize, kChunkData, kTrailer, kComplete, kFailed };

  State Fail(int status, std::string_view detail);
  bool ReadHead();
  bool ReadRequestLine(std::string_view line);
  bool ReadHeaderLine(std::string_view line);
  bool DecideConnection();
  bool DecideFraming();
  bool DecideLength(std::string_view text);
  bool FailBody();
  bool Step();  // one phase further; false: more bytes are needed or it failed
  bool ReadFixedBody();
  bool ReadChunkSize();
  bool ReadChunkData();
  bool ReadTrailer();
  std::optional<std::string_view> ReadLine();

  RequestLimits limits_;
  Phase phase_ = Phase::kHead;
  std::string buffer_;
  size_t at_ = 0;         // what was used of the buffer
  size_t scanned_ = 0;    // no end of the header is before this
  size_t most_body_ = 0;  // of this request
  uint64_t body_left_ = 0;
  size_t trailer_bytes_ = 0;
  bool told_head_ = false;
  bool wants_continue_ = false;
  IncomingRequest incoming_;
  Problem failure_;
};

}  // namespace wiregauge::http
