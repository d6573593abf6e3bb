// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace wiregauge::http_client {

// Where a stream goes.
struct StreamOptions {
  std::string host;  // a name or an address, IPv6 without brackets
  uint16_t port = 0;
  bool tls = false;
  bool verify_tls = true;
  std::string ca_file{};  // PEM; empty: the system's
  Duration connect_timeout = std::chrono::seconds(5);
  int send_buffer_bytes = 0;        // SO_SNDBUF; 0: the system's
  std::function<bool()> give_up{};  // while it connects; asked about once a second
};

// A TCP connection that is written to, over TLS or not, opened by libcurl: every address of the
// name is tried, IPv6 and IPv4. Nothing of the environment (proxies) is used. One thread's.
class Stream {
 public:
  // Looks the name up anew each time. kUnavailable: no address, no connection, no trust (TLS), no
  // time, or the caller gave up.
  static Result<std::unique_ptr<Stream>> Open(const StreamOptions& options);

  // How many of the bytes were taken; 0: there is no room now, wait for writable(). After a short
  // write the rest is to be sent next, from the same place. kUnavailable: the connection is broken.
  // Over TLS 0 may mean that a part is under way: the next call must be with the same bytes.
  Result<size_t> Send(std::string_view bytes);
  // Whether such a part is under way.
  bool owes_same_bytes() const { return owes_same_bytes_; }
  // Waits until there is room or the peer has closed. False: the time ran out, or `stop_fd` is
  // readable.
  bool WaitWritable(Duration most, int stop_fd) const;
  // The peer has closed its side or reset the connection: what it was sent may be lost.
  bool is_closed_by_peer() const;
  // Bytes that the peer's system has not acknowledged (SIOCOUTQ, tcp(7)).
  size_t unacknowledged_bytes() const;
  // For how long the peer's system has said nothing, though it was asked: of use while bytes are
  // unacknowledged. A peer whose window is closed answers probes, which come at intervals that grow
  // to two minutes; zero while the answer to a first one is waited for. (TCP_USER_TIMEOUT would
  // break a connection whose window is closed.)
  Duration silence() const;
  // Ends our side, over TLS with a close_notify (RFC 8446 section 6.1), and waits for the peer's
  // end. True: it has acknowledged all bytes and ended its side in order, not with a reset, which
  // is what a system sends for a program that has not read all. Nothing is called after it.
  bool Finish(Duration most);

  // "192.0.2.1:5510", "[2001:db8::1]:5510"
  const std::string& peer() const { return peer_; }
  const std::string& peer_ip() const { return peer_ip_; }

 private:
  struct Free {
    void operator()(void* handle) const;
  };
  Stream() = default;

  std::unique_ptr<void, Free> handle_;
  int socket_ = -1;  // the handle's
  bool is_tls_ = false;
  bool owes_same_bytes_ = false;
  std::string peer_, peer_ip_;
};

// "example.org:5510", "192.0.2.1:5510", "[2001:db8::1]:5510"
std::string HostAndPort(const std::string& host, uint16_t port);

}  // namespace wiregauge::http_client
