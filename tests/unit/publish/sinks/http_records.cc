// SPDX-License-Identifier: Apache-2.0
#include "http_records.h"

#include <algorithm>

namespace wiregauge::sinks {
namespace {

constexpr uint8_t kIcmp = 1, kTcp = 6, kUdp = 17;

std::shared_ptr<const model::ApplicationCatalogue> TestCatalogue() {
  auto catalogue = std::make_shared<model::ApplicationCatalogue>();
  for (const char* const name : {"Unknown", "TLS", "DNS", "HTTP", "ICMP"}) {
    catalogue->applications.push_back({.name = name, .breed = "Safe"});
  }
  catalogue->categories = {"Unspecified", "Web", "Network"};
  catalogue->risks = {{.name = "No Risk", .severity = "low"},
                      {.name = "XSS \"attack\"", .severity = "severe"}};
  return catalogue;
}

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
  http->url = "/a\"b\\c\n\t\x01\xff?n=" + std::to_string(number);
  http->status = 200;
  metadata->http = std::move(http);
  return metadata;
}

std::shared_ptr<const model::FlowMetadata> DnsOf(uint64_t number) {
  auto metadata = std::make_shared<model::FlowMetadata>();
  auto dns = std::make_unique<model::DnsMetadata>();
  dns->query = "name" + std::to_string(number % 100) + ".example.org";
  dns->type = 1;
  dns->response_code = 3;
  metadata->dns = std::move(dns);
  return metadata;
}

void MakeTcp(uint64_t number, model::FlowRecord& flow) {
  flow.l4_protocol = kTcp;
  flow.tcp_state = model::TcpState::kClosed;
  flow.end_reason = model::EndReason::kTcpFin;
  flow.client.tcp_flags = 0x1b;
  flow.client.network_latency = std::chrono::microseconds(number % 7 * 250);
  flow.client.tcp.retransmitted_packets = static_cast<uint32_t>(number % 3);
  flow.application = {.app = static_cast<uint16_t>(number % 2 == 0 ? 1 : 3),
                      .category = 1,
                      .confidence = model::Confidence::kDpi,
                      .risks = number % 16 == 0 ? 2u : 0u};
  flow.metadata = number % 2 == 0 ? TlsOf(number) : HttpOf(number);
}

}  // namespace

std::shared_ptr<const RecordContext> TestContext() {
  static const model::PlaceNames places;
  static const auto context = std::make_shared<const RecordContext>(
      TestCatalogue(), places, std::vector<std::string>{"eth0", "eth1"}, "probe");
  return context;
}

model::FlowRecord TestRecord(uint64_t number) {
  model::FlowRecord flow;
  flow.id = number + 1;
  flow.interface_index = static_cast<uint16_t>(number % 2);
  flow.state = model::FlowState::kEnded;
  flow.end_reason = model::EndReason::kIdle;
  flow.last_seen = kFirstRecordSeen + number * kBetween;
  flow.first_seen = flow.last_seen - std::chrono::milliseconds(1500);
  flow.report_start = flow.first_seen;
  const auto low = static_cast<uint32_t>(number % 5000);
  flow.client.ip = IpAddress::V4(0x0a000000 + low);
  flow.server.ip = IpAddress::V4(0xc0000200 + low % 256);
  flow.client.port = static_cast<uint16_t>(1024 + number % 60000);
  flow.server.port = 443;
  flow.ports_seen = true;
  flow.client.sent = {.packets = 3, .bytes = 300 + number % 1000};
  flow.server.sent = {.packets = 5, .bytes = 5000 + number % 10000};
  flow.client.local = true;
  switch (number % 8) {
    case 0:
      flow.l4_protocol = kUdp;
      flow.application = {.app = 2, .category = 2, .confidence = model::Confidence::kDpi};
      flow.metadata = DnsOf(number);
      break;
    case 1:
      flow.l4_protocol = kIcmp;
      flow.icmp_type = uint8_t{8};
      flow.icmp_code = uint8_t{0};
      flow.application = {.app = 4};
      break;
    case 2:
      MakeTcp(number, flow);
      flow.client.ip = *IpAddress::Parse("2001:db8::" + std::to_string(low));
      flow.server.ip = *IpAddress::Parse("2001:db8:1::443");
      flow.vlan = 7;
      break;
    case 3:
      flow.l4_protocol = kUdp;
      break;
    default:
      MakeTcp(number, flow);
  }
  return flow;
}

std::shared_ptr<const model::FlowBatch> TestBatch(uint64_t first, size_t count) {
  auto batch = std::make_shared<model::FlowBatch>();
  batch->reserve(count);
  for (uint64_t number = first; number < first + count; ++number) {
    batch->push_back(TestRecord(number));
  }
  return batch;
}

std::vector<std::string> TestIds(size_t count) {
  std::vector<std::string> ids;
  ids.reserve(count);
  for (uint64_t number = 0; number < count; ++number) {
    const model::FlowRecord flow = TestRecord(number);
    ids.emplace_back(RecordId(Reading(flow, *TestContext())).view());
  }
  std::ranges::sort(ids);
  return ids;
}

}  // namespace wiregauge::sinks
