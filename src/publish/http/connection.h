// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip_address.h"
#include "publish/http/answer_queue.h"
#include "publish/http/body_stream.h"
#include "publish/http/request_parser.h"
#include "publish/http/service.h"

namespace wiregauge::http {

// One client: bytes that came in, bytes that are to go out, and when it has had its time. Knows no
// socket: the transport reads, writes and closes. Requests are answered one after another; while an
// answer is outstanding, or waits for the client to take it, the next request waits too. Not
// thread-safe.
class Connection {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Deferred answers come by `answers`, marked with `descriptor`.
  Connection(const Service& service, const IpAddress& address, uint16_t port,
             std::shared_ptr<AnswerQueue> answers, int descriptor, Time now);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // What came from the client. False: it sent more than is sensible, drop it.
  [[nodiscard]] bool Input(std::string_view bytes, Time now);
  // What is to be sent; Sent() takes from its front and may answer the next request.
  std::string_view pending() const {
    const std::string& first = output_.empty() ? large_body_ : output_;
    return std::string_view(first).substr(sent_);
  }
  void Sent(size_t bytes, Time now);
  // All is sent and no more is to come: send FIN, then wait for the client's.
  bool finished() const { return closing_ && !awaited_ && stream_ == nullptr && pending().empty(); }

  // A deferred answer has come, or there is something in a stream; pending() holds it. False: it is
  // not this connection's, or has to wait for what is pending already.
  [[nodiscard]] bool Receive(Delivery& delivery, Time now);
  bool awaits_answer() const { return awaited_.has_value(); }
  // Its answer goes on for as long as the client likes.
  bool is_streaming() const { return stream_ != nullptr; }
  // Nothing is answered any more but what is under way; a stream ends here.
  void End();

  // An answer that does not depend on input: too many connections. Closes.
  void Refuse(int status, std::string_view detail);

  enum class Expiry {
    kNone,
    kDrop,    // idle, or takes nothing, or does not close after FIN
    kAnswer,  // a request did not arrive in time: pending() holds the 408
  };
  Expiry Expire(Time now);

 private:
  struct Awaited {
    std::shared_ptr<PendingAnswer> answer;
    Service::Exchange exchange;
  };

  void Work(Time now);
  void TakeHead();
  void Ask(IncomingRequest incoming);
  void Answer(Service::Exchange& exchange, PendingAnswer& answer);
  void Write(Service::Exchange& exchange);
  bool Complete(PendingAnswer& answer, Time now);
  // What waits in the stream, and its end when that has come, goes behind what is to be sent.
  void TakeFromStream();
  void EndStream();

  const Service& service_;
  const std::shared_ptr<AnswerQueue> answers_;
  const int descriptor_;
  IpAddress address_;
  uint16_t port_;
  RequestParser parser_;
  std::string output_;
  std::string large_body_;  // goes after output_
  size_t sent_ = 0;         // of output_, or when that is empty, of large_body_
  bool closing_ = false;
  size_t ignored_bytes_ = 0;  // came after closing_
  bool in_request_ = false;
  std::optional<Awaited> awaited_;
  std::shared_ptr<BodyReader> stream_;  // null: no answer goes on
  bool stream_is_chunked_ = false;
  Time since_;  // when the present wait began: for a request, for its end, for the client to read
};

}  // namespace wiregauge::http
