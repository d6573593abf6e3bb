// SPDX-License-Identifier: Apache-2.0
// What one row costs as JSON.
#include <benchmark/benchmark.h>

#include "publish/json/flow_json.h"
#include "publish/json/host_json.h"

namespace wiregauge {
namespace {

model::ApplicationCatalogue Catalogue() {
  model::ApplicationCatalogue catalogue;
  catalogue.applications.resize(300, {"Protocol", 1, "Acceptable"});
  catalogue.applications[91] = {"TLS", 5, "Safe"};
  catalogue.applications[126] = {"Google", 5, "Acceptable"};
  catalogue.categories = {"Unspecified", "Media", "VPN", "Email", "DataTransfer", "Web"};
  return catalogue;
}

model::FlowRecord Flow() {
  model::FlowRecord flow;
  flow.id = 123456789;
  flow.l4_protocol = 6;
  flow.state = model::FlowState::kEnded;
  flow.end_reason = model::EndReason::kTcpFin;
  flow.tcp_state = model::TcpState::kClosed;
  flow.first_seen = flow.report_start =
      Timestamp(std::chrono::seconds(1700000000)) + std::chrono::microseconds(123456);
  flow.last_seen = flow.first_seen + std::chrono::microseconds(1234567);
  flow.application = {.master = 91, .app = 126, .category = 5, .encrypted = true};
  for (int i = 0; i < 20; ++i) flow.rate.Add(flow.first_seen, 1000);
  flow.client.ip = *IpAddress::Parse("192.168.100.17");
  flow.client.port = 54321;
  flow.server.ip = *IpAddress::Parse("142.250.185.78");
  flow.server.port = 443;
  for (model::FlowEndpoint* const end : {&flow.client, &flow.server}) {
    end->mac.bytes = {2, 0, 0x5e, 0x10, 0, 1};
    end->tcp_flags = 0x1b;
    end->sent = {10, 12345};
    end->payload_bytes_sent = 11111;
    end->network_latency = std::chrono::microseconds(1234);
  }
  auto metadata = std::make_shared<model::FlowMetadata>();
  metadata->server_name = "www.google.com";
  flow.metadata = std::move(metadata);
  return flow;
}

void BM_WriteFlow(benchmark::State& state) {
  const auto catalogue = Catalogue();
  const auto flow = Flow();
  const json::FlowContext context{catalogue, "eth0", flow.last_seen};
  std::string out;
  for (auto _ : state) {
    out.clear();
    json::Writer writer(out);
    json::WriteFlow(writer, flow, context, json::FlowCounters::kSinceLastReport);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetLabel(std::to_string(out.size()) + " bytes");
}
BENCHMARK(BM_WriteFlow);

void BM_WriteHost(benchmark::State& state) {
  model::HostRecord host;
  host.ip = *IpAddress::Parse("192.168.100.17");
  const json::InterfaceContext context{"eth0", Timestamp{}};
  std::string out;
  for (auto _ : state) {
    out.clear();
    json::Writer writer(out);
    json::WriteHost(writer, host, context);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetLabel(std::to_string(out.size()) + " bytes");
}
BENCHMARK(BM_WriteHost);

}  // namespace
}  // namespace wiregauge
