// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "publish/json/flow_json.h"
#include "publish/json/flow_metadata_json.h"
#include "publish/json/host_json.h"
#include "publish/json/interface_json.h"
#include "publish/json/text_forms.h"

namespace wiregauge {
namespace {

using Json = nlohmann::json;

model::ApplicationCatalogue Catalogue() {
  model::ApplicationCatalogue catalogue;
  catalogue.applications = {
      {"Unknown", 0, "Unrated"}, {"DNS", 1, "Acceptable"}, {"TLS", 2, "Safe"}, {"Google", 2, ""}};
  catalogue.categories = {"Unspecified", "Network", "Web"};
  catalogue.tls_ciphers = {{0x1301, "TLS_AES_128_GCM_SHA256"}};
  catalogue.risks = {{"None", "low"}, {"Clear-text \"credentials\"", "high"}};
  return catalogue;
}

Timestamp At(int64_t microseconds) {
  return Timestamp(std::chrono::seconds(1700000000) + std::chrono::microseconds(microseconds));
}

model::FlowRecord TcpFlow() {
  model::FlowRecord flow;
  flow.id = (uint64_t{1} << 44) + 7;
  flow.vlan = 5;
  flow.l4_protocol = 6;
  flow.tunnels = 1 | 1 << 4;
  flow.state = model::FlowState::kEnded;
  flow.end_reason = model::EndReason::kTcpFin;
  flow.tcp_state = model::TcpState::kClosed;
  flow.first_seen = flow.report_start = At(1);
  flow.last_seen = At(1'500'001);
  flow.application = {.master = 2, .app = 3, .category = 2, .encrypted = true, .risks = 1 << 1};
  flow.application.confidence = model::Confidence::kDpi;
  flow.client.ip = *IpAddress::Parse("192.0.2.17");
  flow.client.port = 40000;
  flow.client.mac.bytes = {2, 0, 0x5e, 0x10, 0, 1};
  flow.client.local = true;
  flow.client.tcp_flags = 0x13;
  flow.client.sent = {10, 1000};
  flow.client.payload_bytes_sent = 400;
  flow.client.network_latency = std::chrono::microseconds(1500);
  flow.server.ip = *IpAddress::Parse("2001:db8::1");
  flow.server.port = 443;
  flow.server.sent = {20, 3000};
  flow.server.payload_bytes_sent = 2600;
  flow.server.network_latency = std::chrono::microseconds(500);
  auto metadata = std::make_shared<model::FlowMetadata>();
  metadata->server_name = "www.example.org";
  flow.metadata = std::move(metadata);
  return flow;
}

std::string FlowText(const model::FlowRecord& flow, json::FlowCounters counters,
                     const json::FieldMask* mask = nullptr) {
  const model::ApplicationCatalogue catalogue = Catalogue();
  std::string text;
  json::Writer writer(text);
  writer.Apply(mask);
  json::WriteFlow(writer, flow, {catalogue, "eth0", At(2'000'000)}, counters);
  return text;
}

Json FlowJson(const model::FlowRecord& flow,
              json::FlowCounters counters = json::FlowCounters::kTotals) {
  return Json::parse(FlowText(flow, counters));
}

// Every path of an object's members; arrays are transparent, as in field lists.
void CollectPaths(const Json& value, const std::string& prefix, std::set<std::string>& paths) {
  if (value.is_array()) {
    for (const Json& item : value) CollectPaths(item, prefix, paths);
    return;
  }
  if (!value.is_object()) return;
  for (const auto& [name, member] : value.items()) {
    const std::string path = prefix.empty() ? name : prefix + "." + name;
    paths.insert(path);
    CollectPaths(member, path, paths);
  }
}

void ExpectAllKnown(const Json& object, const json::FieldCatalogue& catalogue) {
  std::set<std::string> paths;
  CollectPaths(object, "", paths);
  ASSERT_FALSE(paths.empty());
  for (const std::string& path : paths) EXPECT_TRUE(catalogue.Knows(path)) << path;
}

TEST(FlowJsonTest, TellsEverythingOfATcpFlow) {
  const Json flow = FlowJson(TcpFlow());
  EXPECT_EQ(flow["id"], 17592186044423);
  EXPECT_EQ(flow["interface"], "eth0");
  EXPECT_EQ(flow["vlan"], 5);
  EXPECT_EQ(flow["l4"], (Json{{"id", 6}, {"name", "TCP"}}));
  EXPECT_EQ(flow["state"], "ended");
  EXPECT_EQ(flow["end_reason"], "tcp_fin");
  EXPECT_EQ(flow["first_seen"], "2023-11-14T22:13:20.000001Z");
  EXPECT_EQ(flow["last_seen"], "2023-11-14T22:13:21.500001Z");
  EXPECT_EQ(flow["duration_ms"], 1500);
  EXPECT_EQ(flow["application"], (Json{{"id", "2.3"},
                                       {"name", "TLS.Google"},
                                       {"master", "TLS"},
                                       {"app", "Google"},
                                       {"category", "Web"},
                                       {"breed", nullptr},
                                       {"confidence", "dpi"},
                                       {"encrypted", true},
                                       {"detecting", false}}));
  EXPECT_EQ(flow["client"]["ip"], "192.0.2.17");
  EXPECT_EQ(flow["client"]["port"], 40000);
  EXPECT_EQ(flow["client"]["mac"], "02:00:5e:10:00:01");
  EXPECT_EQ(flow["client"]["tcp"]["flags"], (Json{"fin", "syn", "ack"}));
  EXPECT_EQ(flow["client"]["network_latency_ms"], 1.5);
  EXPECT_EQ(flow["server"]["ip"], "2001:db8::1");
  EXPECT_TRUE(flow["server"]["mac"].is_null());
  EXPECT_EQ(flow["packets"], 30);
  EXPECT_EQ(flow["bytes"], 4000);
  EXPECT_EQ(flow["goodput_ratio"], 0.75);
  EXPECT_EQ(flow["handshake_rtt_ms"], 4);
  EXPECT_EQ(flow["tcp_state"], "closed");
  EXPECT_EQ(flow["server_name"], "www.example.org");
  EXPECT_EQ(flow["tunnels"], (Json{"vlan", "gre"}));
  EXPECT_EQ(flow["risks"],
            (Json{{{"id", 1}, {"name", "Clear-text \"credentials\""}, {"severity", "high"}}}));
  EXPECT_FALSE(flow.contains("icmp"));
}

std::shared_ptr<const model::FlowMetadata> EveryProtocol() {
  auto all = std::make_shared<model::FlowMetadata>();
  all->server_name = "www.example.org";
  all->http = std::make_unique<model::HttpMetadata>(
      model::HttpMetadata{"GET", "www.example.org", "/\xff", 404, "curl", "text/html"});
  all->dns = std::make_unique<model::DnsMetadata>(
      model::DnsMetadata{"www.example.org", 28, 3, {"2001:db8::1", "a.example.org"}});
  auto tls = std::make_unique<model::TlsMetadata>();
  tls->version = 0x0303;
  tls->cipher = 0x1301;
  tls->alpn = {"h2"};
  tls->alternative_names = {"a.example.org", "192.0.2.1"};
  tls->not_before = At(0);
  all->tls = std::move(tls);
  all->quic = std::make_unique<model::QuicMetadata>(
      model::QuicMetadata{0xff00001d, "q.example.org", {"h3-29"}, "ja3"});
  all->ssh = std::make_unique<model::SshMetadata>(model::SshMetadata{"SSH-2.0-c", "", "ab", ""});
  all->dhcp = std::make_unique<model::DhcpMetadata>(model::DhcpMetadata{"laptop", "", "1,3"});
  all->netbios = std::make_unique<model::NetbiosMetadata>(model::NetbiosMetadata{"WORKGROUP"});
  return all;
}

TEST(FlowJsonTest, TellsWhatEachProtocolSaid) {
  model::FlowRecord record = TcpFlow();
  record.metadata = EveryProtocol();
  const Json flow = FlowJson(record);
  EXPECT_EQ(flow["info"], "GET www.example.org/\xEF\xBF\xBD 404");
  EXPECT_EQ(flow["http"], (Json{{"method", "GET"},
                                {"host", "www.example.org"},
                                {"url", "/\xEF\xBF\xBD"},
                                {"status", 404},
                                {"user_agent", "curl"},
                                {"content_type", "text/html"}}));
  EXPECT_EQ(flow["dns"], (Json{{"query", "www.example.org"},
                               {"type", "AAAA"},
                               {"response_code", "NXDOMAIN"},
                               {"answers", {"2001:db8::1", "a.example.org"}}}));
  EXPECT_EQ(flow["tls"]["version"], "TLSv1.2");
  EXPECT_EQ(flow["tls"]["cipher"], "TLS_AES_128_GCM_SHA256");
  EXPECT_EQ(flow["tls"]["alpn"], Json{"h2"});
  EXPECT_EQ(flow["tls"]["alternative_names"], (Json{"a.example.org", "192.0.2.1"}));
  EXPECT_EQ(flow["tls"]["not_before"], "2023-11-14T22:13:20.000000Z");
  EXPECT_TRUE(flow["tls"]["not_after"].is_null());
  EXPECT_EQ(flow["quic"]["version"], "draft-29");
  EXPECT_EQ(flow["ssh"]["client"], "SSH-2.0-c");
  EXPECT_TRUE(flow["ssh"]["server"].is_null());
  EXPECT_EQ(flow["dhcp"]["fingerprint"], "1,3");
  EXPECT_EQ(flow["netbios"]["name"], "WORKGROUP");
  ExpectAllKnown(flow, json::FlowFields());
}

std::string InfoOf(const model::FlowMetadata& metadata) {
  std::string made;
  return std::string(json::FlowInfo(metadata, made));
}

TEST(FlowJsonTest, InfoIsOneLineOfTheMostTellingProtocol) {
  model::FlowMetadata metadata;
  EXPECT_EQ(InfoOf(metadata), "");
  metadata.server_name = "name.example.org";
  EXPECT_EQ(InfoOf(metadata), "name.example.org");
  metadata.ssh = std::make_unique<model::SshMetadata>(model::SshMetadata{"c", "s", "", ""});
  EXPECT_EQ(InfoOf(metadata), "s");
  metadata.dns = std::make_unique<model::DnsMetadata>(model::DnsMetadata{"a.b", 1, 0, {}});
  EXPECT_EQ(InfoOf(metadata), "a.b A");
  metadata.dns = std::make_unique<model::DnsMetadata>(model::DnsMetadata{"a.b", 65280, 4001, {}});
  EXPECT_EQ(InfoOf(metadata), "a.b TYPE65280 RCODE4001");
  metadata.dns = std::make_unique<model::DnsMetadata>(
      model::DnsMetadata{"", std::nullopt, 0, {"\\# 1 0A", "", "printer.local"}});
  EXPECT_EQ(InfoOf(metadata), "printer.local") << "an answer that nobody asked for";
  metadata.http = std::make_unique<model::HttpMetadata>(
      model::HttpMetadata{"CONNECT", "a.b", "a.b:443", std::nullopt, "", ""});
  EXPECT_EQ(InfoOf(metadata), "CONNECT a.b:443");
  metadata.http = std::make_unique<model::HttpMetadata>(
      model::HttpMetadata{"GET", "a.b", "/index.html", 404, "", ""});
  EXPECT_EQ(InfoOf(metadata), "GET a.b/index.html 404");
  metadata.http = std::make_unique<model::HttpMetadata>(
      model::HttpMetadata{"GET", "", "/index.html", std::nullopt, "", ""});
  EXPECT_EQ(InfoOf(metadata), "GET /index.html");
}

TEST(FlowJsonTest, SaysNullWhereNothingIsKnown) {
  model::FlowRecord flow;
  flow.l4_protocol = 1;
  flow.icmp_type = 8;
  flow.icmp_code = 0;
  flow.client.ip = flow.server.ip = *IpAddress::Parse("192.0.2.1");
  const Json object = FlowJson(flow);
  for (const char* const name :
       {"end_reason", "goodput_ratio", "handshake_rtt_ms", "tcp_state", "server_name"}) {
    EXPECT_TRUE(object.at(name).is_null()) << name;
  }
  for (const char* const name : {"port", "mac", "name", "network", "pool", "asn", "as_name",
                                 "country", "city", "network_latency_ms"}) {
    EXPECT_TRUE(object.at("client").at(name).is_null()) << name;
  }
  EXPECT_FALSE(object.at("client").contains("tcp"));
  EXPECT_TRUE(object.at("application").at("master").is_null());
  EXPECT_EQ(object.at("application").at("name"), "Unknown");
  EXPECT_EQ(object.at("icmp"), (Json{{"type", 8}, {"code", 0}}));
}

TEST(FlowJsonTest, PortsOfAFragmentWithoutItsFirstAreNotKnown) {
  model::FlowRecord flow = TcpFlow();
  flow.client.port = flow.server.port = 0;
  EXPECT_TRUE(FlowJson(flow)["client"]["port"].is_null());
  EXPECT_TRUE(FlowJson(flow)["server"]["port"].is_null());
  flow.ports_seen = true;  // a real port 0
  EXPECT_EQ(FlowJson(flow)["client"]["port"], 0);
  EXPECT_EQ(FlowJson(flow)["server"]["port"], 0);
}

TEST(FlowJsonTest, ReportsWhatNoEarlierRecordTold) {
  model::FlowRecord flow = TcpFlow();
  flow.reported = {.client = {{4, 600}, 100}, .server = {{15, 2400}, 2300}};
  flow.report_start = At(1'000'001);
  const Json rest = FlowJson(flow, json::FlowCounters::kSinceLastReport);
  EXPECT_EQ(rest["client"]["packets_sent"], 6);
  EXPECT_EQ(rest["client"]["bytes_sent"], 400);
  EXPECT_EQ(rest["client"]["payload_bytes_sent"], 300);
  EXPECT_EQ(rest["server"]["bytes_sent"], 600);
  EXPECT_EQ(rest["packets"], 11);
  EXPECT_EQ(rest["bytes"], 1000);
  EXPECT_EQ(rest["goodput_ratio"], 0.6);
  EXPECT_EQ(rest["first_seen"], "2023-11-14T22:13:21.000001Z");
  EXPECT_EQ(rest["duration_ms"], 500);
  EXPECT_EQ(FlowJson(flow)["bytes"], 4000);
}

TEST(FlowJsonTest, AReportOfAFlowThatGoesOnIsActive) {
  model::FlowRecord flow = TcpFlow();
  flow.state = model::FlowState::kActive;
  flow.end_reason = model::EndReason::kActiveTimeout;
  const Json report = FlowJson(flow, json::FlowCounters::kSinceLastReport);
  EXPECT_EQ(report["state"], "active");
  EXPECT_EQ(report["end_reason"], "active_timeout");
}

TEST(FlowJsonTest, EveryMemberIsInTheCatalogue) {
  model::FlowRecord flow = TcpFlow();
  flow.icmp_type = flow.icmp_code = 1;
  ExpectAllKnown(FlowJson(flow), json::FlowFields());
}

TEST(FlowJsonTest, AMaskChoosesMembers) {
  const auto mask = json::FieldMask::Parse("id,client.ip,risks.id,l4", json::FlowFields());
  ASSERT_TRUE(mask.ok());
  EXPECT_EQ(Json::parse(FlowText(TcpFlow(), json::FlowCounters::kTotals, &*mask)),
            (Json{{"id", 17592186044423},
                  {"l4", {{"id", 6}, {"name", "TCP"}}},
                  {"client", {{"ip", "192.0.2.17"}}},
                  {"risks", {{{"id", 1}}}}}));
}

TEST(FlowJsonTest, NothingFlowsAfterTheEndOfAFlow) {
  model::FlowRecord flow = TcpFlow();
  flow.rate.Add(At(0), 1000);
  flow.rate.Add(At(1'400'000), 500);
  EXPECT_EQ(FlowJson(flow)["throughput_bps"], (Json{{"now", 0}, {"peak", 8000}}));
  flow.state = model::FlowState::kActive;  // asked one second later
  EXPECT_EQ(FlowJson(flow)["throughput_bps"], (Json{{"now", 4000}, {"peak", 8000}}));
}

TEST(HostJsonTest, EveryMemberIsInTheCatalogue) {
  model::HostRecord host;
  host.ip = *IpAddress::Parse("192.0.2.9");
  host.vlan = 3;
  host.traffic = {{1, 60}, {2, 200}};
  std::string text;
  json::Writer writer(text);
  json::WriteHost(writer, host, {"eth0", At(0)});
  const Json object = Json::parse(text);
  ExpectAllKnown(object, json::HostFields());
  EXPECT_EQ(object["host"], "192.0.2.9@3");
  EXPECT_EQ(object["bytes_sent"], 60);
  EXPECT_EQ(object["bytes_received"], 200);
  EXPECT_EQ(object["bytes"], 260);
  EXPECT_EQ(object["l4"].size(), model::kL4Classes);
}

TEST(InterfaceJsonTest, EveryMemberIsInTheCatalogue) {
  snapshot::InterfaceView interface;
  interface.name = "eth0";
  interface.drops = {7, 8};
  interface.counters.applications.resize(3);
  interface.counters.applications[2] = {{1, 100}, 1, {}};
  interface.counters.packet_sizes.Add(100);
  interface.counters.tcp = {1, 2, 3, 4, 5};
  interface.counters.handshakes.Add(std::chrono::milliseconds(1));
  interface.counters.handshakes.Add(std::chrono::milliseconds(4));
  interface.counters.application_latencies.Add(std::chrono::milliseconds(30));
  std::string text;
  json::Writer writer(text);
  json::WriteInterface(writer, interface, 0, Catalogue());
  const Json object = Json::parse(text);
  ExpectAllKnown(object, json::InterfaceFields());
  EXPECT_TRUE(object["packet_time"].is_null());
  EXPECT_EQ(object["applications"],
            (Json{{{"id", "2"}, {"name", "TLS"}, {"packets", 1}, {"bytes", 100}, {"flows", 1}}}));
  EXPECT_EQ(object["drops"][1],
            (Json{{"stage", "kernel"}, {"reason", "ring_full"}, {"packets", 7}}));
  EXPECT_EQ(object["tcp"], (Json{{"retransmitted_packets", 1},
                                 {"out_of_order_packets", 2},
                                 {"lost_segments", 3},
                                 {"keep_alives", 4},
                                 {"zero_windows", 5},
                                 {"handshakes", 2},
                                 {"handshake_rtt_ms", object["tcp"]["handshake_rtt_ms"]}}));
  const Json& round_trips = object["tcp"]["handshake_rtt_ms"];
  EXPECT_EQ(round_trips["avg"], 2.5);
  ASSERT_EQ(round_trips["histogram"].size(), model::kLatencyClasses);
  EXPECT_EQ(round_trips["histogram"][3], (Json{{"upper_bound_ms", 1}, {"count", 1}}));
  EXPECT_EQ(round_trips["histogram"].back(), (Json{{"upper_bound_ms", nullptr}, {"count", 0}}));
  EXPECT_EQ(object["application_latency_ms"]["requests"], 1);
  EXPECT_EQ(object["application_latency_ms"]["avg"], 30);
  EXPECT_EQ(object["packet_sizes"][1], (Json{{"upper_bound_bytes", 127}, {"packets", 1}}));
}

TEST(DeviceAndVlanJsonTest, EveryMemberIsInTheCatalogue) {
  model::DeviceRecord device;
  device.addresses = {*IpAddress::Parse("192.0.2.9")};
  device.arp_requests_received = 3;
  device.arp_replies_received = 4;
  std::string text;
  json::Writer writer(text);
  writer.BeginArray();
  json::WriteDevice(writer, device, {"eth0", At(0)});
  json::WriteVlan(writer, snapshot::VlanRow{}, {"eth0", At(0)});
  writer.EndArray();
  const Json rows = Json::parse(text);
  ExpectAllKnown(rows[0], json::DeviceFields());
  ExpectAllKnown(rows[1], json::VlanFields());
  EXPECT_EQ(rows[0]["addresses"], (Json{"192.0.2.9"}));
  EXPECT_EQ(rows[0]["arp_requests_received"], 3);
  EXPECT_EQ(rows[0]["arp_replies_received"], 4);
  EXPECT_EQ(rows[0]["is_router"], false);
}

TEST(TextFormTest, IsTheTextOfBase) {
  for (const int64_t microseconds :
       {int64_t{0}, int64_t{1}, int64_t{999'999}, int64_t{86'400'000'000}, int64_t{-1},
        int64_t{-86'400'000'001}, int64_t{1'709'164'800'123'456}, int64_t{253'402'300'799'000}}) {
    const Timestamp time{std::chrono::microseconds(microseconds)};
    EXPECT_EQ(json::TextForm(time).view(), FormatRfc3339(time));
  }
  for (const char* const text : {"0.0.0.0", "9.10.99.100", "255.255.255.255", "::", "2001:db8::1",
                                 "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"}) {
    const IpAddress address = *IpAddress::Parse(text);
    EXPECT_EQ(json::TextForm(address).view(), address.ToString());
  }
  for (uint32_t octet = 0; octet < 256; ++octet) {
    const IpAddress address = IpAddress::V4(octet * 0x01010101);
    EXPECT_EQ(json::TextForm(address).view(), address.ToString());
  }
  EXPECT_EQ(json::TextForm(IpAddress()).view(), "");
  const MacAddress mac = *MacAddress::Parse("02:0a:5e:f0:00:ff");
  EXPECT_EQ(json::TextForm(mac).view(), mac.ToString());
}

}  // namespace
}  // namespace wiregauge
