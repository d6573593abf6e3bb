// SPDX-License-Identifier: Apache-2.0
#include "publish/http/connection.h"

#include <array>
#include <charconv>
#include <utility>

namespace wiregauge::http {
namespace {

// Answers to pipelined requests are gathered up to this before they are sent.
constexpr size_t kGather = 65536;
// After an error the rest of a request is read and dropped, so that the client gets the answer and
// not a reset; up to this much, and for this long.
constexpr size_t kMaxIgnoredBytes = 4 << 20;
constexpr std::chrono::seconds kLinger(2);
// What may wait in the parser beyond one request: pipelined ones.
constexpr size_t kMaxPipelinedBytes = 65536;

// RFC 9112 section 7.1.
void AppendChunk(std::string_view bytes, std::string& out) {
  std::array<char, 16> size;
  const auto [end, error] = std::to_chars(size.begin(), size.end(), bytes.size(), 16);
  out.append(size.begin(), end);
  out += "\r\n";
  out += bytes;
  out += "\r\n";
}
constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace

Connection::Connection(const Service& service, const IpAddress& address, uint16_t port,
                       std::shared_ptr<AnswerQueue> answers, int descriptor, Time now)
    : service_(service),
      answers_(std::move(answers)),
      descriptor_(descriptor),
      address_(address),
      port_(port),
      parser_({.header_bytes = service.options().max_request_header_bytes,
               .body_bytes = service.options().max_request_body_bytes}),
      since_(now) {}

Connection::~Connection() {
  if (awaited_) awaited_->answer->Abandon();
}

bool Connection::Input(std::string_view bytes, Time now) {
  if (closing_) {
    ignored_bytes_ += bytes.size();
    return ignored_bytes_ <= kMaxIgnoredBytes;
  }
  parser_.Feed(bytes);
  if (pending().empty()) Work(now);
  const ServerOptions& options = service_.options();
  return parser_.buffered_bytes() <=
         options.max_request_header_bytes + options.max_request_body_bytes + kMaxPipelinedBytes;
}

void Connection::Work(Time now) {
  bool answered = false;
  while (!closing_ && !awaited_ && stream_ == nullptr && large_body_.empty() &&
         output_.size() - sent_ < kGather) {
    const RequestParser::State state = parser_.Next();
    if (state == RequestParser::State::kNeedMore) break;
    if (state == RequestParser::State::kHead) {
      TakeHead();
      continue;
    }
    if (state == RequestParser::State::kFailed) {
      service_.Refuse(parser_.failure(), parser_.head().request, output_);
      closing_ = true;
      break;
    }
    IncomingRequest incoming = parser_.Take();
    incoming.request.remote_address = address_;
    incoming.request.remote_port = port_;
    closing_ = !incoming.keep_alive;
    Ask(std::move(incoming));
    answered = true;
  }
  const bool in_request = parser_.InRequest();
  if (answered || in_request != in_request_ || closing_) since_ = now;
  in_request_ = in_request;
}

// A body of who may not send one is not kept.
void Connection::TakeHead() {
  IncomingRequest& head = parser_.head();
  head.request.remote_address = address_;
  head.request.remote_port = port_;
  closing_ = service_.AnswerHead(head, output_);
  if (!closing_ && parser_.wants_continue()) output_ += "HTTP/1.1 100 Continue\r\n\r\n";
}

void Connection::Ask(IncomingRequest incoming) {
  std::shared_ptr<PendingAnswer> answer;
  const Defer defer = [this, &answer] {
    answer = answers_->Expect(descriptor_);
    return Reply(answer);
  };
  Service::Exchange exchange = service_.Ask(std::move(incoming), defer);
  if (!exchange.answer.is_deferred) {
    if (answer != nullptr) answer->Abandon();  // the handler threw, and its reply may live on
    Write(exchange);
  } else if (answer->Park()) {
    awaited_ = Awaited{std::move(answer), std::move(exchange)};
  } else {
    Answer(exchange, *answer);
  }
}

void Connection::Answer(Service::Exchange& exchange, PendingAnswer& answer) {
  service_.Complete(exchange, answer.TakeResponse());
  exchange.wire.keep_alive = !closing_;
  Write(exchange);
}

void Connection::Write(Service::Exchange& exchange) {
  const std::shared_ptr<BodyReader> stream = std::move(exchange.answer.response.stream);
  const bool goes_on = stream != nullptr;
  // HTTP/1.0 knows no chunks: there the end of the connection is that of the body.
  if (goes_on && exchange.wire.is_http10) exchange.wire.keep_alive = false;
  exchange.wire.is_chunked = goes_on && !exchange.wire.is_http10;
  exchange.wire.has_length = !goes_on;
  service_.Write(exchange, output_, large_body_);
  if (!exchange.wire.keep_alive) closing_ = true;
  if (!goes_on || exchange.method == Method::kHead) return;
  stream_ = stream;
  stream_is_chunked_ = exchange.wire.is_chunked;
  stream_->Attach(answers_, descriptor_);
  TakeFromStream();
}

void Connection::TakeFromStream() {
  const std::string piece = stream_->Take();
  if (!piece.empty() && stream_is_chunked_) AppendChunk(piece, output_);
  if (!piece.empty() && !stream_is_chunked_) output_ += piece;
  if (stream_->is_at_end()) EndStream();
}

void Connection::EndStream() {
  if (stream_is_chunked_) output_ += kLastChunk;
  stream_.reset();
}

void Connection::End() {
  closing_ = true;
  if (stream_ == nullptr) return;
  TakeFromStream();
  if (stream_ == nullptr) return;
  stream_->Close(BodyStream::State::kServerStopped);
  EndStream();
}

bool Connection::Receive(Delivery& delivery, Time now) {
  if (stream_ != nullptr && stream_->Reads(delivery)) {
    if (!pending().empty()) return false;
    TakeFromStream();
    since_ = now;
    return true;
  }
  if (!awaited_ || awaited_->answer.get() != &delivery) return false;
  return Complete(*awaited_->answer, now);
}

bool Connection::Complete(PendingAnswer& answer, Time now) {
  Answer(awaited_->exchange, answer);
  awaited_.reset();
  since_ = now;
  if (!closing_) Work(now);
  return true;
}

void Connection::Sent(size_t bytes, Time now) {
  sent_ += bytes;
  if (bytes > 0) since_ = now;
  if (!pending().empty()) return;
  sent_ = 0;
  if (!output_.empty()) {
    output_.clear();
    if (!large_body_.empty()) return;
  }
  if (stream_ != nullptr) {
    stream_->WasSent();
    TakeFromStream();
    return;
  }
  // Its memory is not kept for the small answers that follow.
  large_body_ = std::string();
  if (!closing_) Work(now);
}

void Connection::Refuse(int status, std::string_view detail) {
  Problem problem;
  problem.status = status;
  problem.detail = detail;
  service_.Refuse(std::move(problem), parser_.head().request, output_);
  closing_ = true;
}

Connection::Expiry Connection::Expire(Time now) {
  const ServerOptions& options = service_.options();
  const auto waited = now - since_;
  if (!pending().empty() && stream_ != nullptr) {
    if (waited <= stream_->stall_timeout()) return Expiry::kNone;
    stream_->Close(BodyStream::State::kStalled);
    return Expiry::kDrop;
  }
  if (!pending().empty()) return waited > options.write_timeout ? Expiry::kDrop : Expiry::kNone;
  if (awaited_ || stream_ != nullptr) return Expiry::kNone;
  if (closing_) return waited > kLinger ? Expiry::kDrop : Expiry::kNone;
  if (!in_request_) return waited > options.keep_alive_timeout ? Expiry::kDrop : Expiry::kNone;
  if (waited <= options.request_timeout) return Expiry::kNone;
  Refuse(408, "The request did not arrive whole in time.");
  since_ = now;
  return Expiry::kAnswer;
}

}  // namespace wiregauge::http
