// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;

namespace wiregauge::http_client {

// One end of a connection, with TLS or without.
class Connection {
 public:
  Connection(int fd, ssl_st* tls) : fd_(fd), tls_(tls) {}

  // The next request, head and body; empty: there is no other one.
  std::string ReadRequest();
  // False: nobody takes it any more.
  bool Send(std::string_view bytes);
  // An answer with its length.
  void Answer(std::string_view status, std::string_view headers = {}, std::string_view body = {});
  void WaitForItsEnd();

 private:
  bool ReadMore();

  const int fd_;
  ssl_st* const tls_;
  std::string read_;
};

// A server on 127.0.0.1 that answers each request as it is told to; a thread for each connection.
class TestServer {
 public:
  using Handler = std::function<void(Connection&, const std::string& request)>;

  // `tls`: null: none.
  explicit TestServer(Handler handler, ssl_ctx_st* tls = nullptr);
  ~TestServer();

  uint16_t port() const { return port_; }
  std::string Url(const std::string& path = "/", const std::string& host = "127.0.0.1") const;
  int connections() const { return connections_; }

 private:
  void Accept();
  void Serve(int fd);

  const Handler handler_;
  ssl_ctx_st* const tls_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::vector<int> fds_;
  std::vector<std::thread> serving_;
  std::thread accepting_;
};

}  // namespace wiregauge::http_client
