// SPDX-License-Identifier: Apache-2.0
#include "flow_records.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace wiregauge::sinks {
namespace {

constexpr uint8_t kIcmp = 1, kTcp = 6, kUdp = 17;
constexpr uint64_t kClients = 500;
constexpr Duration kBetween = std::chrono::microseconds(20'001);  // no whole milliseconds

// Places in the catalogue of MakeContext.
constexpr uint16_t kTlsName = 1, kGoogleName = 2, kDnsName = 3, kHttpName = 4, kIcmpName = 5;
constexpr uint16_t kWeb = 1, kNetwork = 2;

std::shared_ptr<const model::FlowMetadata> TlsOf(uint64_t number) {
  auto metadata = std::make_shared<model::FlowMetadata>();
  metadata->server_name = "host" + std::to_string(number % 1000) + ".example.org";
  auto tls = std::make_unique<model::TlsMetadata>();
  tls->version = 0x0304;
  tls->server_name = metadata->server_name;
  tls->ja3_client = "0123456789abcdef0123456789abcdef";
  metadata->tls = std::move(tls);
  return metadata;
}

std::shared_ptr<const model::FlowMetadata> HttpOf(uint64_t number) {
  auto metadata = std::make_shared<model::FlowMetadata>();
  metadata->server_name = "www.example.org";
  auto http = std::make_unique<model::HttpMetadata>();
  http->method = "GET";
  http->host = "www.example.org";
  http->url = "/it's\"\\\n\t\x01\xff\xe2\x82\xac\xf0\x9f\x98\x80?n=" + std::to_string(number);
  http->status = 200;
  metadata->http = std::move(http);
  return metadata;
}

std::shared_ptr<const model::FlowMetadata> DnsOf(uint64_t number) {
  auto metadata = std::make_shared<model::FlowMetadata>();
  auto dns = std::make_unique<model::DnsMetadata>();
  dns->query = "name" + std::to_string(number % 1000) + ".example.org";
  dns->type = 28;
  dns->response_code = 3;
  metadata->dns = std::move(dns);
  return metadata;
}

void MakeTcp(uint64_t number, model::FlowRecord& flow) {
  const bool is_tls = number % 2 == 0;
  flow.l4_protocol = kTcp;
  flow.server.port = is_tls ? 443 : 80;
  flow.tcp_state = model::TcpState::kClosed;
  flow.end_reason = model::EndReason::kTcpFin;
  flow.client.tcp_flags = flow.server.tcp_flags = 0x1b;
  flow.client.network_latency = std::chrono::microseconds(number % 7 * 250);
  flow.client.tcp.retransmitted_packets = static_cast<uint32_t>(number % 3);
  flow.application = {.master = is_tls ? kTlsName : uint16_t{0},
                      .app = is_tls ? kGoogleName : kHttpName,
                      .category = kWeb,
                      .confidence = model::Confidence::kDpi,
                      .risks = number % 16 == 4 ? 2u : 0u};
  flow.metadata = is_tls ? TlsOf(number) : HttpOf(number);
}

void MakeIpv6(uint64_t number, model::FlowRecord& flow) {
  flow.client.ip = *IpAddress::Parse("2001:db8::" + std::to_string(1 + number % kClients));
  flow.server.ip = *IpAddress::Parse("2001:db8:1::80");
  flow.vlan = 7;
}

void MakeDns(uint64_t number, model::FlowRecord& flow) {
  flow.l4_protocol = kUdp;
  flow.server.port = 53;
  flow.application = {.app = kDnsName, .category = kNetwork, .confidence = model::Confidence::kDpi};
  flow.metadata = DnsOf(number);
}

void MakeIcmp(model::FlowRecord& flow) {
  flow.l4_protocol = kIcmp;
  flow.icmp_type = uint8_t{8};
  flow.icmp_code = uint8_t{0};
  flow.application = {.app = kIcmpName};
}

std::shared_ptr<const model::FlowBatch> BatchOf(uint64_t first, size_t records,
                                                model::FlowRecord (*make)(uint64_t number)) {
  auto batch = std::make_shared<model::FlowBatch>();
  for (size_t i = 0; i < records; ++i) batch->push_back(make(first + i));
  return batch;
}

}  // namespace

model::FlowRecord MakeTcpFlow(uint64_t id) {
  model::FlowRecord flow;
  flow.id = id;
  flow.l4_protocol = 6;
  flow.ports_seen = true;
  flow.state = model::FlowState::kEnded;
  flow.end_reason = model::EndReason::kTcpFin;
  flow.tcp_state = model::TcpState::kClosed;
  flow.first_seen = flow.report_start = kFirstSeen;
  flow.last_seen = kFirstSeen + std::chrono::milliseconds(1500);
  flow.client.ip = *IpAddress::Parse("10.0.0.1");
  flow.client.port = 40000;
  flow.client.sent = {6, 600};
  flow.client.payload_bytes_sent = 200;
  flow.client.tcp_flags = 0x1b;
  flow.server.ip = *IpAddress::Parse("192.0.2.7");
  flow.server.port = 443;
  flow.server.sent = {4, 4000};
  flow.server.payload_bytes_sent = 3700;
  flow.server.tcp_flags = 0x12;
  flow.application = {.master = 1, .app = 2, .category = 1};
  return flow;
}

std::shared_ptr<const model::FlowBatch> MakeBatch(uint64_t first_id, size_t records) {
  return BatchOf(first_id, records, MakeTcpFlow);
}

model::FlowRecord MakeMixedFlow(uint64_t number) {
  model::FlowRecord flow;
  flow.id = number + 1;
  flow.interface_index = static_cast<uint16_t>(number % 2);
  flow.state = model::FlowState::kEnded;
  flow.end_reason = model::EndReason::kIdle;
  flow.last_seen = kFirstMixedSeen + number * kBetween;
  flow.first_seen = flow.report_start = flow.last_seen - std::chrono::milliseconds(1500);
  flow.client.ip = IpAddress::V4(0x0a000001 + static_cast<uint32_t>(number % kClients));
  flow.server.ip = IpAddress::V4(0xc0000200 + static_cast<uint32_t>(number % 256));
  flow.client.port = static_cast<uint16_t>(1024 + number % 60000);
  flow.server.port = 443;
  flow.ports_seen = true;
  flow.client.sent = {.packets = 3, .bytes = 300 + number % 1000};
  flow.server.sent = {.packets = 5, .bytes = 5000 + number % 10000};
  flow.client.local = true;
  switch (number % 8) {
    case 0:
      MakeDns(number, flow);
      break;
    case 1:
      MakeIcmp(flow);
      break;
    case 2:
      flow.l4_protocol = kUdp;
      break;
    case 3:
      MakeIpv6(number, flow);
      [[fallthrough]];
    default:
      MakeTcp(number, flow);
  }
  return flow;
}

std::shared_ptr<const model::FlowBatch> MakeMixedBatch(uint64_t first, size_t records) {
  return BatchOf(first, records, MakeMixedFlow);
}

std::string MixedId(uint64_t number) {
  const model::FlowRecord flow = MakeMixedFlow(number);
  return std::string(RecordId(Reading(flow, *MakeContext())).view());
}

std::vector<std::string> MixedIds(size_t records) {
  std::vector<std::string> ids;
  for (uint64_t number = 0; number < records; ++number) ids.push_back(MixedId(number));
  std::ranges::sort(ids);
  return ids;
}

std::shared_ptr<const RecordContext> MakeContext() {
  static const model::PlaceNames places;
  static const auto context = [] {
    auto catalogue = std::make_shared<model::ApplicationCatalogue>();
    catalogue->applications = {{"Unknown", 0, ""},          {"TLS", 1, "Safe"},
                               {"Google", 1, "Acceptable"}, {"DNS", 2, "Acceptable"},
                               {"HTTP", 1, "Acceptable"},   {"ICMP", 2, "Acceptable"}};
    catalogue->categories = {"Unspecified", "Web", "Network"};
    catalogue->risks = {{"No risk", "low"}, {"Weak \"cipher\"", "high"}};
    return std::make_shared<const RecordContext>(
        std::move(catalogue), places, std::vector<std::string>{"eth0", "eth1"}, "probe's");
  }();
  return context;
}

Parcel MakeParcel(uint64_t first, size_t records) {
  Parcel parcel;
  for (size_t i = 0; i < records; ++i) {
    parcel.buffer().append(std::to_string(first + i)).push_back('\n');
    parcel.EndRecord();
  }
  parcel.oldest_offered_at = kFirstSeen;
  return parcel;
}

Folder::Folder() {
  std::string pattern = std::filesystem::temp_directory_path() / "wiregauge_sinks_XXXXXX";
  path_ = ::mkdtemp(pattern.data());
}

Folder::~Folder() { std::filesystem::remove_all(path_); }

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

}  // namespace wiregauge::sinks
