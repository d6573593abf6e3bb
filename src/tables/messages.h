// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/ip_address.h"
#include "base/time.h"
#include "model/host_names.h"
#include "tables/host_table.h"

namespace wiregauge::dissect {
class DnsMessage;
}  // namespace wiregauge::dissect

namespace wiregauge::tables {

// What the payloads of a flow may begin with. A flow of the first kind costs one compare a packet.
enum class MessageKind : uint8_t {
  kNone,
  kMayBeHttp,  // TCP of which nothing was seen yet
  kHttp,
  kDns,
  kDnsOverTcp,
  kMulticastDns,
  kLlmnr,
  kDhcp,
  kNetbios,
};

// The kind of a flow's messages, and how long one looks for it.
struct MessageState {
  MessageKind kind = MessageKind::kNone;
  uint8_t payloads_left = 0;  // kMayBeHttp: that many more payloads may show that it is HTTP
};
// By the ports: DNS and the like on other ports is not looked for.
MessageState MessageStateOf(uint8_t l4_protocol, uint16_t one_port, uint16_t other_port) noexcept;

// Where a message was seen.
struct MessagePlace {
  HostEntry& src;
  HostEntry& dst;
  uint16_t vlan = 0;
  uint16_t src_port = 0;
  Timestamp time;
};

// Reads the messages that payloads begin with: counts DNS and HTTP in the rows of both ends, and
// tells the names of hosts. Not thread-safe.
class MessageReader {
 public:
  explicit MessageReader(HostTable& hosts) : hosts_(hosts) {}

  // `payload` is what was stored of the packet's; `is_cut`: there was more on the wire. Never a
  // later fragment's, nor one that was seen before.
  void Read(MessageState& state, std::span<const uint8_t> payload, bool is_cut,
            const MessagePlace& place) noexcept;

 private:
  void ReadHttp(MessageState& state, std::span<const uint8_t> payload, const MessagePlace& place);
  void ReadDns(std::span<const uint8_t> payload, bool is_cut, const MessagePlace& place);
  void ReadDnsOverTcp(std::span<const uint8_t> payload, const MessagePlace& place);
  void CountDns(const dissect::DnsMessage& message, const MessagePlace& place);
  void ReadDhcp(std::span<const uint8_t> payload, const MessagePlace& place);
  void ReadNetbios(std::span<const uint8_t> payload, const MessagePlace& place);

  // The names that answers of the name service give to addresses.
  void NameAnswers(const dissect::DnsMessage& message, const MessagePlace& place);
  // The addresses a machine announces or answers for itself.
  void NameOwners(std::span<const uint8_t> payload, model::NameSource source,
                  const MessagePlace& place);
  void Tell(const IpAddress& ip, model::NameSource source, std::string_view name,
            const MessagePlace& place);

  HostTable& hosts_;
};

// Whether others may use this text as a machine's name: letters, digits, hyphens, underscores and
// dots, and no address.
bool IsHostName(std::string_view text) noexcept;

}  // namespace wiregauge::tables
