// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"
#include "base/time.h"

struct ares_channeldata;

namespace wiregauge::reverse_dns {

// A name server. "192.0.2.53", "192.0.2.53:5353", "2001:db8::53", "[2001:db8::53]:5353".
struct NameServer {
  IpAddress address;
  uint16_t port = 53;

  static std::optional<NameServer> Parse(std::string_view text);
  std::string ToString() const;  // with the port
};

// Asks name servers, many questions at once. One thread's, but for Wake.
class DnsClient {
 public:
  struct Reply {
    enum class Kind : uint8_t { kAnswer, kNoSuchName, kTimeout, kFailed };
    Kind kind = Kind::kFailed;
    std::span<const uint8_t> message;  // of kAnswer
  };
  using OnReply = std::function<void(const Reply&)>;

  // No servers: those of the system (/etc/resolv.conf).
  static Result<std::unique_ptr<DnsClient>> Create(const std::vector<NameServer>& servers,
                                                   Duration timeout);
  // Questions that are under way get no reply.
  ~DnsClient();
  DnsClient(const DnsClient&) = delete;
  DnsClient& operator=(const DnsClient&) = delete;

  // Asks for the PTR records of a name. `on_reply` is called once, by Wait or by this call.
  void AskPtr(const std::string& name, OnReply on_reply);
  // Waits until a server answers, a question times out, Wake is called or `most` is over; hands on
  // what came.
  void Wait(Duration most);
  // Ends a Wait, this one or the next. Any thread.
  void Wake();

  size_t under_way() const { return under_way_; }

 private:
  struct Question;

  DnsClient(ares_channeldata* channel, int wake_fd) : channel_(channel), wake_fd_(wake_fd) {}
  static void OnAnswer(void* question, int status, int timeouts, unsigned char* bytes, int size);

  ares_channeldata* const channel_;
  const int wake_fd_;
  size_t under_way_ = 0;
  bool closing_ = false;
};

}  // namespace wiregauge::reverse_dns
