// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/mac_address.h"
#include "base/time.h"
#include "model/application.h"
#include "model/flow_metadata.h"
#include "model/flow_statistics.h"
#include "model/host_names.h"
#include "model/place.h"
#include "model/tcp_health.h"
#include "model/traffic.h"

namespace wiregauge::model {

enum class FlowState : uint8_t { kActive, kEnded };

enum class EndReason : uint8_t {
  kIdle,           // no packet for the idle timeout
  kActiveTimeout,  // the flow goes on; this record reports what came since the last one
  kTcpFin,
  kTcpRst,
  kEvicted,  // room was needed
  kShutdown,
  kEndOfFile,
  kCount,
};
std::string_view EndReasonName(EndReason reason);  // "idle", "active_timeout", "tcp_fin", ...
std::optional<EndReason> ParseEndReason(std::string_view text);

enum class TcpState : uint8_t { kNone, kSynSent, kEstablished, kClosing, kClosed, kReset };
std::string_view TcpStateName(TcpState state);                 // "syn_sent", ...; "" for kNone
std::optional<TcpState> ParseTcpState(std::string_view text);  // of those with a name

// What one end of a flow has sent up to some moment.
struct EndCounters {
  Traffic sent;
  uint64_t payload_bytes = 0;  // L4 payload on the wire
  FlowTcpHealth tcp{};

  EndCounters& operator-=(const EndCounters& other) {
    sent -= other.sent;
    payload_bytes -= other.payload_bytes;
    tcp -= other.tcp;
    return *this;
  }
};

// One end of a flow. Counters are of what this end sent. What every packet writes stands first.
struct FlowEndpoint {
  // As it stood in the header of the newest segment but RSTs, whose window says nothing.
  std::optional<uint16_t> window;
  bool window_is_of_syn = false;    // such a one is never scaled
  uint8_t tcp_flags = 0;            // all flags this end sent, TcpFlags bits
  uint64_t payload_bytes_sent = 0;  // L4 payload on the wire
  Traffic sent;
  PacketLengths packet_lengths;
  InterarrivalTimes interarrival;

  IpAddress ip;
  MacAddress mac;  // of the frame's sender: a router's for a remote host; zero when there is none
  uint16_t port = 0;  // means something when FlowRecord::has_ports
  bool local = false;
  FlowTcpHealth tcp;                        // of the segments it sent
  std::optional<TcpSyn> syn;                // nothing: none was seen
  std::optional<Duration> network_latency;  // this end's half of the handshake
  Place place;                              // its host's, when the flow began

  EndCounters counters() const { return {sent, payload_bytes_sent, tcp}; }
};

// What earlier reports of a long flow have told already: the counters as they were then.
struct FlowReported {
  EndCounters client, server;
};

// A flow, or one report of it: the object of the contract (section 2) before it has a format.
// Copies are cheap but for one shared pointer. What every packet reads or writes stands first.
struct FlowRecord {
  static constexpr int kNumberBits = 44;
  // Unique in the process, and exact in a JSON number: interface_index * 2^kNumberBits + number().
  uint64_t id = 0;
  uint16_t interface_index = 0;
  uint16_t vlan = 0;  // 0: untagged
  uint8_t l4_protocol = 0;
  uint16_t tunnels = 0;  // bits of decode::Tunnel that were taken off
  FlowState state = FlowState::kActive;
  // Nothing while the flow goes on; kActiveTimeout (state kActive) in a report of a long flow.
  std::optional<EndReason> end_reason;
  TcpState tcp_state = TcpState::kNone;
  bool refused = false;                         // the server answered the SYN with a RST
  bool detecting = false;                       // the application may still change
  bool ports_seen = false;                      // false: later fragments alone, without a port
  std::optional<uint8_t> icmp_type, icmp_code;  // of the first packet
  Timestamp first_seen, last_seen, report_start;
  Classification application;
  RateMeter rate;
  FlowEndpoint client, server;
  ApplicationLatency application_latency;
  History history;
  // The counters above run from the flow's first packet on. A record that is exported tells what is
  // beyond `reported`, from `report_start` on; so the records of one flow sum to its counters.
  FlowReported reported;
  std::shared_ptr<const FlowMetadata> metadata;  // null until something is known
  // The ends' names when this record was made of the flow, as far as its shard knew them; null when
  // there were none, and in the row of an active flow.
  std::shared_ptr<const HostNames> client_names, server_names;

  // Of its first packet, on its interface.
  uint64_t number() const { return id & ((uint64_t{1} << kNumberBits) - 1); }
  // TCP, UDP or SCTP, but for later fragments whose first one was not seen.
  bool has_ports() const;
  // A TCP connection that was asked for and never opened: a SYN, and no SYN|ACK or payload.
  bool is_vain_attempt() const;
  Traffic traffic() const { return client.sent + server.sent; }
  Traffic unreported_client() const { return client.sent - reported.client.sent; }
  Traffic unreported_server() const { return server.sent - reported.server.sent; }
  // Twice the sum of both halves: SYN to ACK. Of a refused SYN twice the server's: SYN to RST.
  // Nothing unless the whole handshake was seen.
  std::optional<Duration> handshake_rtt() const;
};

// The receive window that `end` announced last, scaled (RFC 7323, section 2.3). Nothing when the
// scale is not known: a SYN was not seen, or not stored whole. A window of 0 is 0 in any scale.
std::optional<uint32_t> WindowBytes(const FlowEndpoint& end, const FlowEndpoint& other);

// Records that are handed on together; immutable.
using FlowBatch = std::vector<FlowRecord>;

}  // namespace wiregauge::model
