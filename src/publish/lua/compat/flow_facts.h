// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/flow_record.h"
#include "publish/lua/compat/view.h"

// What ntopng says of a flow beyond what its record holds, in one place for keys, filters and
// orders.
namespace wiregauge::lua::compat {

inline constexpr uint8_t kTcp = 6;

// ntopng's numbers of what may be wrong with a flow, those that can be told here.
enum class FlowStatus : uint8_t {
  kNormal = 0,
  kLowGoodput = 4,
  kTcpConnectionIssues = 6,   // of one end's packets more than a tenth were sent again or lost
  kTcpConnectionRefused = 9,  // the SYN was answered with a RST
};
FlowStatus StatusOf(const model::FlowRecord& flow);
std::string_view FlowStatusName(FlowStatus status);  // "normal", "low_goodput", ...

// Ended, or without a packet for a minute.
bool IsIdle(const model::FlowRecord& flow, const View& view);
// The handshake was seen whole and was not refused, whatever came later.
bool WasEstablished(const model::FlowRecord& flow);
bool HasSequenceProblems(const model::FlowRecord& flow);

// A number of the two ends, the protocol and the VLAN: below 2^46, so that its digits are all there
// when a script prints it.
double FlowKey(const model::FlowRecord& flow);
struct FlowTuple {
  IpAddress client, server;
  uint16_t client_port = 0, server_port = 0;
  uint8_t l4_protocol = 0;
  uint16_t vlan = 0;

  bool operator==(const FlowTuple&) const = default;
};
// The flow's number on its interface, which prints exactly, too.
double FlowNumber(const model::FlowRecord& flow);
FlowTuple TupleOf(const model::FlowRecord& flow);
double FlowKey(const FlowTuple& tuple);
// An IPv4 address as a number, a number below 2^32 made of an IPv6 one.
double HostKey(const IpAddress& ip);

// "TLS.Google", or "(Too Early)" while nothing is known.
std::string ApplicationNameOf(const model::FlowRecord& flow,
                              const model::ApplicationCatalogue& catalogue);
// The name the client asked for, the DNS query or the HTTP URL; empty when there is none. Points
// into the record.
std::string_view InfoOf(const model::FlowRecord& flow);
std::string_view ServerNameOf(const model::FlowRecord& flow);

// Of private use (RFC 1918, RFC 4193), link-local or loopback.
bool IsPrivate(const IpAddress& ip);
// By IANA number or name in any case: "6", "TCP".
std::optional<uint8_t> ParseL4Protocol(std::string_view text);

}  // namespace wiregauge::lua::compat
