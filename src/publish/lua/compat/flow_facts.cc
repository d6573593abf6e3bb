// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/compat/flow_facts.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"
#include "model/goodput.h"

namespace wiregauge::lua::compat {
namespace {

// FNV-1a, 64 bits: the same in every process, as scripts keep keys.
class Fnv {
 public:
  void Add(std::span<const uint8_t> bytes) {
    for (const uint8_t byte : bytes) hash_ = (hash_ ^ byte) * 0x100000001b3;
  }
  void Add(uint32_t number) {
    const std::array<uint8_t, 4> bytes = {
        static_cast<uint8_t>(number >> 24), static_cast<uint8_t>(number >> 16),
        static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)};
    Add(bytes);
  }
  uint64_t hash() const { return hash_; }

 private:
  uint64_t hash_ = 0xcbf29ce484222325;
};

bool HasIssues(const model::FlowEndpoint& end) {
  const uint64_t bad = uint64_t{end.tcp.retransmitted_packets} + end.tcp.out_of_order_packets +
                       end.tcp.lost_segments;
  return bad * 10 > end.sent.packets;
}

bool HasProblems(const model::FlowEndpoint& end) {
  return end.tcp.retransmitted_packets != 0 || end.tcp.out_of_order_packets != 0 ||
         end.tcp.lost_segments != 0;
}

}  // namespace

FlowStatus StatusOf(const model::FlowRecord& flow) {
  if (flow.refused) return FlowStatus::kTcpConnectionRefused;
  if (HasIssues(flow.client) || HasIssues(flow.server)) return FlowStatus::kTcpConnectionIssues;
  if (model::HasLowGoodput(flow)) return FlowStatus::kLowGoodput;
  return FlowStatus::kNormal;
}

std::string_view FlowStatusName(FlowStatus status) {
  switch (status) {
    case FlowStatus::kLowGoodput:
      return "low_goodput";
    case FlowStatus::kTcpConnectionIssues:
      return "tcp_connection_issues";
    case FlowStatus::kTcpConnectionRefused:
      return "tcp_connection_refused";
    case FlowStatus::kNormal:
      break;
  }
  return "normal";
}

bool IsIdle(const model::FlowRecord& flow, const View& view) {
  return flow.state == model::FlowState::kEnded ||
         view.interface.counters.now - flow.last_seen > std::chrono::minutes(1);
}

bool WasEstablished(const model::FlowRecord& flow) {
  return flow.handshake_rtt().has_value() && !flow.refused;
}

bool HasSequenceProblems(const model::FlowRecord& flow) {
  return HasProblems(flow.client) || HasProblems(flow.server);
}

FlowTuple TupleOf(const model::FlowRecord& flow) {
  const bool has_ports = flow.has_ports();
  return {.client = flow.client.ip,
          .server = flow.server.ip,
          .client_port = has_ports ? flow.client.port : uint16_t{0},
          .server_port = has_ports ? flow.server.port : uint16_t{0},
          .l4_protocol = flow.l4_protocol,
          .vlan = flow.vlan};
}

double FlowKey(const FlowTuple& tuple) {
  Fnv hash;
  hash.Add(tuple.client.bytes());
  hash.Add(tuple.server.bytes());
  hash.Add(uint32_t{tuple.client_port} << 16 | tuple.server_port);
  hash.Add(uint32_t{tuple.vlan} << 16 | tuple.l4_protocol);
  return static_cast<double>(hash.hash() >> 18);
}

double FlowKey(const model::FlowRecord& flow) { return FlowKey(TupleOf(flow)); }

double FlowNumber(const model::FlowRecord& flow) { return static_cast<double>(flow.number()); }

double HostKey(const IpAddress& ip) {
  uint32_t number = 0;
  if (ip.version() == 4) {
    for (const uint8_t byte : ip.bytes()) number = number << 8 | byte;
    return number;
  }
  Fnv hash;
  hash.Add(ip.bytes());
  return static_cast<uint32_t>(hash.hash() ^ hash.hash() >> 32);
}

std::string ApplicationNameOf(const model::FlowRecord& flow,
                              const model::ApplicationCatalogue& catalogue) {
  if (flow.detecting && model::ApplicationIndex(flow.application) == 0) return "(Too Early)";
  return catalogue.Name(flow.application);
}

std::string_view ServerNameOf(const model::FlowRecord& flow) {
  return flow.metadata == nullptr ? std::string_view() : flow.metadata->server_name;
}

std::string_view InfoOf(const model::FlowRecord& flow) {
  if (flow.metadata == nullptr) return {};
  const model::FlowMetadata& metadata = *flow.metadata;
  if (metadata.http != nullptr && !metadata.http->url.empty()) return metadata.http->url;
  if (metadata.dns != nullptr && !metadata.dns->query.empty()) return metadata.dns->query;
  if (metadata.ssh != nullptr && !metadata.ssh->client.empty()) return metadata.ssh->client;
  return metadata.server_name;
}

bool IsPrivate(const IpAddress& ip) {
  static const std::array<IpNetwork, 8> kPrivate = {
      *IpNetwork::Parse("10.0.0.0/8"),     *IpNetwork::Parse("172.16.0.0/12"),
      *IpNetwork::Parse("192.168.0.0/16"), *IpNetwork::Parse("169.254.0.0/16"),
      *IpNetwork::Parse("127.0.0.0/8"),    *IpNetwork::Parse("fc00::/7"),
      *IpNetwork::Parse("fe80::/10"),      *IpNetwork::Parse("::1/128")};
  return std::ranges::any_of(kPrivate,
                             [&](const IpNetwork& network) { return network.Contains(ip); });
}

std::optional<uint8_t> ParseL4Protocol(std::string_view text) {
  if (const auto number = ParseNumber<uint8_t>(text)) return number;
  const std::string lower = ToLower(text);
  for (unsigned protocol = 0; protocol < 256; ++protocol) {
    const auto number = static_cast<uint8_t>(protocol);
    if (ToLower(model::L4ProtocolName(number)) == lower) return number;
  }
  return std::nullopt;
}

}  // namespace wiregauge::lua::compat
