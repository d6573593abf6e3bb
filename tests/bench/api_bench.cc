// SPDX-License-Identifier: Apache-2.0
// What a request costs a reader when there are a million flows or hosts.
#include <benchmark/benchmark.h>

#include <string>

#include "publish/api/routes.h"

namespace wiregauge {
namespace {

constexpr uint64_t kFlows = 1'000'000;

IpAddress Address(uint64_t number) {
  const std::array<uint8_t, 4> bytes = {10, static_cast<uint8_t>(number >> 16),
                                        static_cast<uint8_t>(number >> 8),
                                        static_cast<uint8_t>(number)};
  return IpAddress::V4(bytes);
}

// What browsers and resolvers ask for; more than a cache holds.
std::vector<std::shared_ptr<const model::FlowMetadata>> MakeMetadata() {
  std::vector<std::shared_ptr<const model::FlowMetadata>> all;
  for (int i = 0; i < 100'000; ++i) {
    auto metadata = std::make_shared<model::FlowMetadata>();
    metadata->server_name = "www" + std::to_string(i) + ".example.org";
    if (i % 2 == 0) {
      model::HttpMetadata http;
      http.host = metadata->server_name;
      http.url =
          "/assets/images/2026/" + std::to_string(i) + "/thumbnail.jpeg?width=640&height=480";
      http.user_agent =
          "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 "
          "Safari/537.36";
      metadata->http = std::make_unique<const model::HttpMetadata>(http);
    } else {
      model::TlsMetadata tls;
      tls.server_name = metadata->server_name;
      tls.subject = "C=DE, O=Example, CN=" + metadata->server_name;
      metadata->tls = std::make_unique<const model::TlsMetadata>(tls);
    }
    all.push_back(std::move(metadata));
  }
  return all;
}

std::shared_ptr<const snapshot::Snapshot> MakeSnapshot() {
  auto tables = std::make_shared<snapshot::Snapshot>();
  tables->detail = snapshot::Detail::kRows;
  auto catalogue = std::make_shared<model::ApplicationCatalogue>();
  catalogue->applications.resize(300, {"Protocol", 0, "Safe"});
  catalogue->categories = {"Unspecified"};
  tables->catalogue = catalogue;
  tables->interfaces.resize(1);
  tables->interfaces[0].name = "eth0";
  const std::vector<std::shared_ptr<const model::FlowMetadata>> metadata = MakeMetadata();
  model::FlowBatch batch;
  for (uint64_t id = 1; id <= kFlows; ++id) {
    model::FlowRecord flow;
    flow.id = id;
    flow.l4_protocol = id % 3 == 0 ? 17 : 6;
    flow.first_seen = Timestamp(std::chrono::microseconds(id * 7919 % kFlows));
    flow.application.app = static_cast<uint16_t>(id % 300);
    flow.client.ip = Address(id % 50'000);
    flow.server.ip = Address(60'000 + id % 997);
    flow.client.port = static_cast<uint16_t>(id);
    flow.server.port = 443;
    flow.client.sent = {10, id * 2654435761 % 1'000'003};
    flow.metadata = metadata[id * 7919 % metadata.size()];
    batch.push_back(flow);
    if (batch.size() == 4096 || id == kFlows) {
      tables->active_flows.push_back(std::make_shared<model::FlowBatch>(std::move(batch)));
      batch.clear();
    }
  }
  for (uint64_t number = 0; number < 100'000; ++number) {
    model::HostRecord host;
    host.ip = Address(number);
    host.traffic.sent.bytes = number * 2654435761 % 1'000'003;
    tables->hosts.push_back(host);
  }
  return tables;
}

class Source final : public snapshot::SnapshotSource {
 public:
  std::shared_ptr<const snapshot::Snapshot> Get(snapshot::Detail, Duration) override {
    return tables_;
  }

 private:
  std::shared_ptr<const snapshot::Snapshot> tables_ = MakeSnapshot();
};

class NoCaptures final : public snapshot::FlowCaptures {
 public:
  const snapshot::FlowCaptureBudget& budget() const override { return budget_; }
  uint64_t memory_bytes() override { return 0; }
  Result<model::FlowCaptureRecord> Start(uint64_t, const model::FlowCaptureLimits&) override {
    return Error{ErrorCode::kUnavailable, "There are none."};
  }
  std::vector<model::FlowCaptureRecord> List() override { return {}; }
  std::optional<model::FlowCaptureRecord> Find(uint64_t) override { return std::nullopt; }
  std::optional<std::string> ReadFile(uint64_t) override { return std::nullopt; }
  std::optional<model::FlowCaptureRecord> Stop(uint64_t) override { return std::nullopt; }
  bool Remove(uint64_t) override { return false; }

 private:
  snapshot::FlowCaptureBudget budget_;
};

void Ask(benchmark::State& state, std::string_view path, std::vector<http::Parameter> query) {
  static Source source;
  static NoCaptures captures;
  static const SystemClock clock;
  static const model::PlaceNames places;
  static const api::Dependencies dependencies{source, captures, clock, {}, {}, places};
  http::Router router;
  api::RegisterRoutes(router, dependencies);
  http::Request request;
  request.path = path;
  for (size_t at = 1; at < path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    request.segments.emplace_back(path.substr(at, end - at));
    at = end + 1;
  }
  request.query = std::move(query);
  size_t bytes = 0;
  for (auto _ : state) {
    const auto answer = router.Dispatch(request);
    if (answer.response.status != 200) state.SkipWithError(answer.response.body.c_str());
    bytes = answer.response.body.size();
  }
  state.SetLabel(std::to_string(bytes) + " bytes");
}

void BM_FlowsDefault(benchmark::State& state) { Ask(state, "/api/v1/flows", {}); }
void BM_FlowsTopByBytes(benchmark::State& state) {
  Ask(state, "/api/v1/flows", {{"sort", "-bytes"}});
}
void BM_FlowsTopByThroughput(benchmark::State& state) {
  Ask(state, "/api/v1/flows", {{"sort", "-throughput_bps.now"}});
}
void BM_FlowsFiltered(benchmark::State& state) {
  Ask(state, "/api/v1/flows",
      {{"sort", "-bytes"}, {"host", "10.0.0.0/16"}, {"l4", "tcp"}, {"port", "443"}});
}
void BM_FlowsText(benchmark::State& state) {
  Ask(state, "/api/v1/flows", {{"sort", "-bytes"}, {"text", "no-such-name"}});
}
void BM_FlowsTextThatMayBeAnAddress(benchmark::State& state) {
  Ask(state, "/api/v1/flows", {{"sort", "-bytes"}, {"text", "10.9.9"}});
}
void BM_FlowsBiggestPage(benchmark::State& state) {
  Ask(state, "/api/v1/flows", {{"sort", "-bytes"}, {"limit", "10000"}});
}
void BM_AggregateByServer(benchmark::State& state) {
  Ask(state, "/api/v1/flows/aggregate", {{"by", "server"}});
}
void BM_AggregateByPair(benchmark::State& state) {
  Ask(state, "/api/v1/flows/aggregate", {{"by", "pair"}});
}
void BM_HostsTopByBytes(benchmark::State& state) { Ask(state, "/api/v1/hosts", {}); }
void BM_OneFlow(benchmark::State& state) { Ask(state, "/api/v1/flows/777777", {}); }
void BM_HostPeers(benchmark::State& state) { Ask(state, "/api/v1/hosts/10.0.1.1/peers", {}); }

BENCHMARK(BM_FlowsDefault)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_FlowsTopByBytes)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_FlowsTopByThroughput)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_FlowsFiltered)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_FlowsText)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_FlowsTextThatMayBeAnAddress)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_FlowsBiggestPage)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_AggregateByServer)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_AggregateByPair)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_HostsTopByBytes)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_OneFlow)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_HostPeers)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wiregauge
