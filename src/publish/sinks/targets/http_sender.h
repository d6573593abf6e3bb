// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/interrupt.h"
#include "base/mutex.h"
#include "base/result.h"
#include "config/settings.h"
#include "http_client/client.h"
#include "publish/sinks/frame/target.h"

namespace wiregauge::sinks {

// What one request to the receiver is.
struct HttpRequest {
  std::string method = "POST";
  std::string path;  // with its query; it begins with '/'
  std::string content_type;
  std::string_view body{};
};

// The way to a receiver that speaks HTTP, as the settings have it: url, user, password, ca_file,
// verify_tls, timeout, compression. The connection is kept; a name is looked up again for each new
// one, but for what libcurl remembers for a minute. One thread sends; state() is thread-safe.
class HttpSender {
 public:
  // kInvalidArgument names the key that is wrong.
  // `into`: what of the receiver takes the records, for the address that is told.
  static Result<std::unique_ptr<HttpSender>> Make(const config::Sink& settings,
                                                  const std::string& into);

  // An answer with any status. Ends within about a second once `stop` was raised. kUnavailable: no
  // connection, no trust or no whole answer: what became of the request is not known.
  Result<http_client::Answer> Send(const HttpRequest& request, const Interrupt& stop);

  TargetState state() const WIREGAUGE_EXCLUDES(mutex_);
  // What TargetState tells; told to the log when it is a new one.
  void SetWarning(const std::string& warning) WIREGAUGE_EXCLUDES(mutex_);

 private:
  HttpSender(const config::Sink& settings, const std::string& into,
             std::unique_ptr<http_client::Client> client);

  const std::string name_;  // the sink's
  const std::unique_ptr<http_client::Client> client_;
  http_client::Call call_;  // what is the same in all
  const std::string base_url_;
  const bool gzip_;
  mutable Mutex mutex_;
  TargetState state_ WIREGAUGE_GUARDED_BY(mutex_);
};

// How long the answer's Retry-After (RFC 9110 section 10.2.3) asks to wait, at most five minutes; 0
// when it does not.
Duration RetryAfter(const http_client::Answer& answer, Timestamp now);

// Of a header; empty when there is none. `name` in lower case.
std::string_view HeaderOf(const http_client::Answer& answer, std::string_view name);

// "HTTP 404: " and the first line of the body, shortened, for messages.
std::string Summary(const http_client::Answer& answer);

}  // namespace wiregauge::sinks
