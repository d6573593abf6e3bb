// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/ip_address.h"
#include "base/mutex.h"
#include "base/time.h"
#include "publish/http/allowed_hosts.h"
#include "publish/http/request_parser.h"
#include "publish/http/router.h"
#include "publish/http/server.h"
#include "publish/http/tls.h"

namespace wiregauge::http {

// What every connection shares: a parsed request in, the bytes of its answer out. Thread-safe.
class Service {
 public:
  Service(const ServerOptions& options, Router router, Observer observer);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  static constexpr size_t kLargeBody = 65536;

  struct Wire {
    bool keep_alive = false;
    bool is_http10 = false;
    bool is_chunked = false;  // the body comes in chunks
    bool has_length = true;   // false: it has none, and ends with its last chunk, or the connection
  };
  // What a preflight asks for.
  struct Preflight {
    bool is_one = false;
    bool from_outside = false;  // a page of a public network asks for a private one
  };

  const ServerOptions& options() const { return options_; }

  // What new connections speak; null: plain HTTP.
  std::shared_ptr<const TlsContext> tls() const WIREGAUGE_EXCLUDES(mutex_);
  void SetTls(std::shared_ptr<const TlsContext> tls) WIREGAUGE_EXCLUDES(mutex_);

  // A request that the router has, and what the bytes of its answer depend on.
  struct Exchange {
    std::chrono::steady_clock::time_point start;
    Method method = Method::kGet;
    Wire wire;
    bool gzip = false;  // the client may get that
    Preflight preflight;
    Router::Answer answer;
  };
  // Whether the answer is there already, is_deferred tells.
  Exchange Ask(IncomingRequest incoming, const Defer& defer) const;
  // The answer that was deferred; nothing: nobody gave one.
  void Complete(Exchange& exchange, std::optional<Response> response) const;
  // Appends the answer to `out`; a body of kLargeBody or more comes apart, uncopied, in
  // `large_body`, which must be empty and is to be sent after `out`.
  void Write(Exchange& exchange, std::string& out, std::string& large_body) const;
  // Appends an answer to a request of which only the head is here, if it is to be refused whatever
  // its body; then its connection is to be closed.
  bool AnswerHead(IncomingRequest& head, std::string& out) const;
  // Appends an answer to what is no request; its connection is to be closed. `request`: as far as
  // it could be read.
  void Refuse(Problem problem, const Request& request, std::string& out) const;

  // Counts one connection more; false (and not counted) when there are enough, or enough of this
  // address (an IPv6 one by its /64). Each one that was admitted leaves once.
  bool Admit(const IpAddress& address) WIREGAUGE_EXCLUDES(mutex_);
  void Leave(const IpAddress& address) WIREGAUGE_EXCLUDES(mutex_);
  // Says in the log that connections are refused, once a minute while they are.
  void TellRefusal(const IpAddress& address) WIREGAUGE_EXCLUDES(mutex_);

  // Until when clients get what they still wait for: a moment after this was first asked.
  SteadyTime DrainDeadline() WIREGAUGE_EXCLUDES(mutex_);

 private:
  bool IsMisdirected(const Request& request) const;
  // What is no business of the router.
  std::optional<Response> AnswerWithoutRoute(const IncomingRequest& incoming) const;
  Router::Answer Route(IncomingRequest incoming, const Defer& defer) const;
  void Observe(const Router::Answer& answer, Method method,
               std::chrono::steady_clock::time_point start) const;
  // Asks the gate who it is, unless the route is open. Nothing: go on.
  std::optional<Response> Authorize(Request& request, const RoutePolicy& policy) const;
  // Compresses when the client may get that and it is worth it.
  void Compress(bool gzip, Response& response) const;
  static Preflight ReadPreflight(const Request& request);
  void AddCors(const Preflight& preflight, Response& response) const;
  void WriteHead(const Response& response, Wire wire, std::string& out) const;

  const ServerOptions options_;
  const std::optional<AllowedHosts> allowed_hosts_;
  const Router router_;
  const Observer observer_;
  const Guard guard_;  // Authorize()
  const SystemClock clock_;
  mutable Mutex mutex_;
  size_t connections_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  std::map<IpAddress, size_t> connections_of_ WIREGAUGE_GUARDED_BY(mutex_);  // by HolderOf
  size_t refused_ WIREGAUGE_GUARDED_BY(mutex_) = 0;  // since the log told of it
  std::optional<SteadyTime> refusal_told_at_ WIREGAUGE_GUARDED_BY(mutex_);
  std::optional<SteadyTime> drain_deadline_ WIREGAUGE_GUARDED_BY(mutex_);
  std::shared_ptr<const TlsContext> tls_ WIREGAUGE_GUARDED_BY(mutex_);
};

}  // namespace wiregauge::http
