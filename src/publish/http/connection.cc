// SPDX-License-Identifier: Apache-2.0
#include "publish/http/connection.h"

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
  while (!closing_ && !awaited_ && large_body_.empty() && output_.size() - sent_ < kGather) {
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
    service_.Write(exchange, output_, large_body_);
  } else if (answer->Park()) {
    awaited_ = Awaited{std::move(answer), std::move(exchange)};
  } else {
    Answer(exchange, *answer);
  }
}

void Connection::Answer(Service::Exchange& exchange, PendingAnswer& answer) {
  service_.Complete(exchange, answer.TakeResponse());
  exchange.wire.keep_alive = !closing_;
  service_.Write(exchange, output_, large_body_);
}

bool Connection::Complete(PendingAnswer& answer, Time now) {
  if (!awaited_ || awaited_->answer.get() != &answer) return false;
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
  if (!pending().empty()) return waited > options.write_timeout ? Expiry::kDrop : Expiry::kNone;
  if (awaited_) return Expiry::kNone;
  if (closing_) return waited > kLinger ? Expiry::kDrop : Expiry::kNone;
  if (!in_request_) return waited > options.keep_alive_timeout ? Expiry::kDrop : Expiry::kNone;
  if (waited <= options.request_timeout) return Expiry::kNone;
  Refuse(408, "The request did not arrive whole in time.");
  since_ = now;
  return Expiry::kAnswer;
}

}  // namespace wiregauge::http
