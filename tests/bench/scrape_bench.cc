// SPDX-License-Identifier: Apache-2.0
// A scrape of a busy engine: 100,000 hosts, 300 applications, two interfaces.
#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <random>
#include <string>

#include "publish/prometheus/exporter.h"

namespace wiregauge::metrics {
namespace {

constexpr uint32_t kHosts = 100'000, kApplications = 300;

std::shared_ptr<snapshot::Snapshot> BusySnapshot() {
  auto snapshot = std::make_shared<snapshot::Snapshot>();
  auto catalogue = std::make_shared<model::ApplicationCatalogue>();
  for (uint32_t i = 0; i < kApplications; ++i) {
    catalogue->applications.push_back({"Application" + std::to_string(i), 0, "Safe"});
  }
  snapshot->catalogue = catalogue;
  snapshot->detail = snapshot::Detail::kRows;
  snapshot->interfaces.resize(2);
  std::mt19937 random(1);
  for (size_t i = 0; i < 2; ++i) {
    snapshot->interfaces[i].name = "eth" + std::to_string(i);
    snapshot->interfaces[i].counters.applications.resize(kApplications);
    for (auto& application : snapshot->interfaces[i].counters.applications) {
      application.traffic = {1000, 1'000'000};
    }
  }
  for (uint32_t i = 0; i < kHosts; ++i) {
    model::HostRecord host;
    host.ip = IpAddress::V4(std::array<uint8_t, 4>{
        10, static_cast<uint8_t>(i >> 16), static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i)});
    host.interface_index = static_cast<uint16_t>(i % 2);
    const uint64_t bytes = 1000 + random() % 1'000'000;
    host.traffic = {{100, bytes}, {100, bytes}};
    snapshot->interfaces[i % 2].counters.in_flows += {100, bytes};
    snapshot->hosts.push_back(host);
  }
  return snapshot;
}

class Source final : public snapshot::SnapshotSource {
 public:
  std::shared_ptr<const snapshot::Snapshot> Get(snapshot::Detail /*detail*/,
                                                Duration /*max_age*/) override {
    return snapshot;
  }
  std::shared_ptr<const snapshot::Snapshot> snapshot = BusySnapshot();
};

void Scrape(benchmark::State& state, const SeriesLimits& limits, bool first) {
  Source source;
  const SystemClock clock;
  const RequestMetrics requests;
  auto exporter = std::make_unique<Exporter>(ExporterOptions{limits, {}}, source, clock, requests);
  size_t bytes = exporter->Serve().body.size();
  for (auto _ : state) {
    if (first) {
      exporter = std::make_unique<Exporter>(ExporterOptions{limits, {}}, source, clock, requests);
    }
    bytes = exporter->Serve().body.size();
  }
  state.counters["body_bytes"] = static_cast<double>(bytes);
}

void BM_FirstScrape(benchmark::State& state) { Scrape(state, {100, 10'000}, true); }
void BM_Scrape(benchmark::State& state) { Scrape(state, {100, 10'000}, false); }
// The budget is used up: 10,000 series in each of the big families.
void BM_ScrapeFullBudget(benchmark::State& state) { Scrape(state, {5'000, 10'000}, false); }

BENCHMARK(BM_FirstScrape)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Scrape)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ScrapeFullBudget)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wiregauge::metrics
