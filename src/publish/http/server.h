// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "publish/http/access.h"
#include "publish/http/router.h"

namespace wiregauge::http {

struct ServerOptions {
  std::string address = "127.0.0.1";  // a literal IPv4 or IPv6 address, no brackets
  uint16_t port = 9669;               // 0: the system chooses, see Server::port()
  int threads = 2;
  // One more is answered 503 and closed, and so is one more than a quarter (at least 16) of one
  // address, an IPv6 one by its /64.
  size_t max_connections = 1024;
  size_t max_request_header_bytes = 16384;  // request line and headers; beyond: 431 (line: 414)
  size_t max_request_body_bytes = 1048576;  // beyond: 413
  std::chrono::milliseconds request_timeout{10000};     // from first to last byte of a request: 408
                                                        // for a TLS handshake, too: closed
  std::chrono::milliseconds keep_alive_timeout{75000};  // between requests: closed
  std::chrono::milliseconds write_timeout{30000};       // a client that takes nothing: closed
  size_t gzip_min_bytes = 1024;                         // smaller bodies are sent as they are
  std::string allowed_origin = "*";  // Access-Control-Allow-Origin; empty: no CORS headers at all
  // Names beside addresses and localhost that a Host header may have (see AllowedHosts); others are
  // answered 421. Nothing: any name will do.
  std::optional<std::vector<std::string>> allowed_hosts;
  Gate gate;  // nothing: every route is open to everybody
  // PEM files (see TlsContext); both empty: plain HTTP.
  std::string tls_certificate, tls_key;
};

// One answered request, for metrics.
struct Observation {
  std::string_view
      path_template;        // of the route; "" when no route matched: never the client's text
  std::string_view method;  // "GET", "HEAD"...; "" when the request could not be read
  int status = 0;
  double seconds = 0;  // from the last byte of the request to the whole answer queued
};

// Called on the worker threads, also at the same time.
using Observer = std::function<void(const Observation&)>;

// The HTTP/1.1 server: keep-alive, pipelining, HEAD, OPTIONS, gzip, timeouts, limits. Every error
// it answers by itself is a problem+json, or what the route has instead. Thread safety: port() and
// Stop() from any one thread at a time.
class Server {
 public:
  // Listens and serves when it returns. Errors: kUnavailable when the port is in use,
  // kPermissionDenied when the process may not bind it, kInvalidArgument for an address that is
  // none or is not this machine's, and for a certificate or key that cannot be used.
  static Result<std::unique_ptr<Server>> Start(const ServerOptions& options, Router router,
                                               Observer observer = {});

  ~Server();  // Stop()
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  uint16_t port() const;

  // Reads certificate and key again: new connections get them, old ones keep theirs. An error
  // changes nothing. Not while Stop() runs.
  Status ReloadCertificate();

  // Stops accepting, waits for running handlers, closes every connection. Idempotent.
  void Stop();

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace wiregauge::http
