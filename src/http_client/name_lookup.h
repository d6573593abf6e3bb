// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace wiregauge::http_client {

struct SocketAddress {
  sockaddr_storage bytes{};
  socklen_t size = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&bytes); }
  // "192.0.2.1", "2001:db8::1"; without a zone.
  std::string ip() const;
};

// Looks a name up as getaddrinfo(3) does, in a thread of its own: a name server may take its time,
// and no call ends a lookup. One thread's; who destroys it does not wait for a lookup under way.
class NameLookup {
 public:
  // In order of preference, at least one. kUnavailable: the name has none, or nobody says.
  using Found = Result<std::vector<SocketAddress>>;

  NameLookup(std::string host, uint16_t port) : host_(std::move(host)), port_(port) {}

  const std::string& host() const { return host_; }
  // Begins, unless one is under way.
  void Start();
  bool is_under_way() const { return under_way_ != nullptr; }
  // What was found, once; nothing while it is under way, or none was started.
  std::optional<Found> Take();
  // As Take, and waits for it. Nothing: the time ran out, or `stop_fd` is readable.
  std::optional<Found> Wait(Duration most, int stop_fd);

 private:
  struct Lookup;

  const std::string host_;
  const uint16_t port_;
  std::shared_ptr<Lookup> under_way_;
};

// The addresses of a name before a connection, and whether it still stands for them afterwards. One
// thread's.
class NameWatch {
 public:
  static constexpr Duration kInterval = std::chrono::seconds(30);

  NameWatch(std::string host, uint16_t port, const Clock& clock)
      : lookup_(std::move(host), port), clock_(clock) {}

  // Looks it up now and waits for it. kUnavailable also when the time ran out, or `stop_fd` is
  // readable.
  NameLookup::Found LookUp(Duration most, int stop_fd);
  // The name has been looked up just now, by who connected.
  void Restart() { looked_up_at_ = clock_.SteadyNow(); }
  // Whether the name stands for other addresses by now. Never waits: it looks up every kInterval,
  // and a lookup that fails tells nothing.
  bool HasLeft(const std::string& ip);

 private:
  NameLookup lookup_;
  const Clock& clock_;
  SteadyTime looked_up_at_{};
};

}  // namespace wiregauge::http_client
