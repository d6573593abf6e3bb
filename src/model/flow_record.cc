// SPDX-License-Identifier: Apache-2.0
#include "model/flow_record.h"

#include <algorithm>

namespace wiregauge::model {

std::string_view EndReasonName(EndReason reason) {
  switch (reason) {
    case EndReason::kIdle:
      return "idle";
    case EndReason::kActiveTimeout:
      return "active_timeout";
    case EndReason::kTcpFin:
      return "tcp_fin";
    case EndReason::kTcpRst:
      return "tcp_rst";
    case EndReason::kEvicted:
      return "evicted";
    case EndReason::kShutdown:
      return "shutdown";
    case EndReason::kEndOfFile:
      return "end_of_file";
    case EndReason::kCount:
      break;
  }
  return "";
}

std::optional<EndReason> ParseEndReason(std::string_view text) {
  for (uint8_t i = 0; i < static_cast<uint8_t>(EndReason::kCount); ++i) {
    if (text == EndReasonName(static_cast<EndReason>(i))) return static_cast<EndReason>(i);
  }
  return std::nullopt;
}

std::string_view TcpStateName(TcpState state) {
  switch (state) {
    case TcpState::kNone:
      return "";
    case TcpState::kSynSent:
      return "syn_sent";
    case TcpState::kEstablished:
      return "established";
    case TcpState::kClosing:
      return "closing";
    case TcpState::kClosed:
      return "closed";
    case TcpState::kReset:
      return "reset";
  }
  return "";
}

std::optional<TcpState> ParseTcpState(std::string_view text) {
  for (const TcpState state : {TcpState::kSynSent, TcpState::kEstablished, TcpState::kClosing,
                               TcpState::kClosed, TcpState::kReset}) {
    if (text == TcpStateName(state)) return state;
  }
  return std::nullopt;
}

bool FlowRecord::is_vain_attempt() const {
  return L4ClassOf(l4_protocol) == L4Class::kTcp && client.syn && !server.syn &&
         client.payload_bytes_sent + server.payload_bytes_sent == 0;
}

bool FlowRecord::has_ports() const {
  const L4Class l4 = L4ClassOf(l4_protocol);
  const bool can_have = l4 == L4Class::kTcp || l4 == L4Class::kUdp || l4 == L4Class::kSctp;
  return can_have && (ports_seen || client.port != 0 || server.port != 0);
}

std::optional<Duration> FlowRecord::handshake_rtt() const {
  if (refused && server.network_latency) return 2 * *server.network_latency;
  if (!client.network_latency || !server.network_latency) return std::nullopt;
  return 2 * (*client.network_latency + *server.network_latency);
}

std::optional<uint32_t> WindowBytes(const FlowEndpoint& end, const FlowEndpoint& other) {
  if (!end.window) return std::nullopt;
  const uint32_t sent = *end.window;
  const auto known = [](const FlowEndpoint& of) { return of.syn && of.syn->options_known; };
  const auto unscaled = [&](const FlowEndpoint& of) { return known(of) && !of.syn->window_scale; };
  // Either end turns scaling off for both.
  if (sent == 0 || end.window_is_of_syn || unscaled(end) || unscaled(other)) return sent;
  if (!known(end) || !known(other)) return std::nullopt;
  constexpr uint8_t kMostScale = 14;
  return sent << std::min(*end.syn->window_scale, kMostScale);
}

}  // namespace wiregauge::model
