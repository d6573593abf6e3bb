// SPDX-License-Identifier: Apache-2.0
// The promise of the exporter, on random traffic with hosts that come, go and come back on several
// shards: at every scrape the sums are exact, and no counter ever goes down or disappears.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "fakes.h"
#include "publish/prometheus/exporter.h"
#include "scrape.h"
#include "traffic_model.h"

namespace wiregauge::metrics {
namespace {

struct Case {
  uint32_t seed = 0;
  SeriesLimits limits;
};

class Conservation : public testing::TestWithParam<Case> {
 protected:
  static void ExpectExactSums(const Scrape& scrape, const std::string& interface) {
    const Scrape::Labels of = {{"interface", interface}};
    const double in_flows = scrape.Sum("wiregauge_l4_bytes_total", of);
    for (const char* direction : {"sent", "received"}) {
      const Scrape::Labels labels = {{"interface", interface}, {"direction", direction}};
      EXPECT_EQ(scrape.Sum("wiregauge_host_bytes_total", labels), in_flows);
    }
    EXPECT_EQ(scrape.Sum("wiregauge_application_bytes_total", of) +
                  scrape.Sum("wiregauge_detecting_bytes", of),
              scrape.Sum("wiregauge_interface_bytes_total", of));
    EXPECT_EQ(scrape.Sum("wiregauge_application_packets_total", of) +
                  scrape.Sum("wiregauge_detecting_packets", of),
              scrape.Sum("wiregauge_interface_packets_total", of));
    EXPECT_EQ(scrape.Sum("wiregauge_packet_size_bytes_count", of),
              scrape.Sum("wiregauge_interface_packets_total", of));
    EXPECT_EQ(scrape.Sum("wiregauge_packet_size_bytes_sum", of),
              scrape.Sum("wiregauge_interface_bytes_total", of));
  }

  // Returns how many series have grown.
  static size_t ExpectNoneFell(const std::map<std::string, double>& before,
                               const std::map<std::string, double>& after) {
    size_t grown = 0;
    for (const auto& [key, value] : before) {
      const auto now = after.find(key);
      if (now == after.end()) {
        ADD_FAILURE() << "disappeared: " << key;
        continue;
      }
      EXPECT_GE(now->second, value) << key;
      grown += now->second > value ? 1 : 0;
    }
    return grown;
  }

  static double HostSent(const Scrape& scrape, const std::string& interface,
                         const std::string& ip) {
    return scrape.Sum("wiregauge_host_bytes_total",
                      {{"interface", interface}, {"host", ip}, {"direction", "sent"}});
  }
};

TEST_P(Conservation, SumsAreExactAndCountersNeverFall) {
  const SeriesLimits limits = GetParam().limits;
  TrafficModel traffic({.seed = GetParam().seed});
  FixedSource source;
  FixedClock clock;
  RequestMetrics requests;
  Exporter exporter({limits, {}}, source, clock, requests);
  const std::string steady = traffic.AddressOf(0).ToString();

  std::mt19937 random(GetParam().seed + 1000);
  std::map<std::string, double> before;
  std::vector<std::shared_ptr<const snapshot::Snapshot>> taken;
  std::map<std::string, std::pair<double, double>> steady_before;  // by interface: told, real
  size_t grown = 0;
  for (int round = 0; round < 80; ++round) {
    traffic.Run(random() % 4 == 0 ? 0 : random() % 200);
    taken.push_back(traffic.Take());
    // One scrape in eight was overtaken by others and comes with an older snapshot.
    const bool overtaken = taken.size() > 3 && random() % 8 == 0;
    source.snapshot = overtaken ? taken[taken.size() - 2 - random() % 3] : taken.back();
    const Scrape scrape(exporter.Serve().body);

    for (size_t i = 0; i < 2; ++i) {
      const std::string interface = "if" + std::to_string(i);
      ExpectExactSums(scrape, interface);
      for (const Scrape::Sample& sample : scrape.samples) {
        if (sample.name != "wiregauge_host_bytes_total" ||
            sample.labels.at("interface") != interface || sample.labels.at("host") == "other" ||
            sample.labels.at("direction") != "sent") {
          continue;
        }
        const std::string& label = sample.labels.at("host");
        const size_t at = label.find('@');
        const TrafficModel::Host host = {*IpAddress::Parse(label.substr(0, at)),
                                         at == std::string::npos ? 0 : 42};
        EXPECT_LE(sample.value, static_cast<double>(traffic.BytesSent(i, host))) << label;
      }
      // A host that stays is counted to the byte from the moment it has a series.
      const bool has_series = scrape.Count("wiregauge_host_bytes_total",
                                           {{"interface", interface}, {"host", steady}}) > 0;
      if (has_series && !overtaken) {
        const double told = HostSent(scrape, interface, steady);
        const auto real = static_cast<double>(traffic.BytesSent(i, {traffic.AddressOf(0), 0}));
        const auto [last, first_time] = steady_before.try_emplace(interface, told, real);
        if (!first_time) {
          EXPECT_EQ(told - last->second.first, real - last->second.second);
        }
        last->second = {told, real};
      }
    }
    EXPECT_LE(scrape.Count("wiregauge_host_bytes_total"), limits.series_per_family);
    EXPECT_LE(scrape.Count("wiregauge_application_bytes_total"), limits.series_per_family);
    std::map<std::string, double> after = scrape.Monotonic();
    grown += ExpectNoneFell(before, after);
    before = std::move(after);
  }
  // The run was worth something.
  EXPECT_GT(grown, 500u);
  EXPECT_GT(traffic.expired(), 200u);
  EXPECT_GT(traffic.came_back(), 100u);
}

std::vector<Case> Cases() {
  std::vector<Case> cases;
  const std::vector<SeriesLimits> all_limits = {
      {10, 1000}, {5, 40}, {100, 10000}, {3, 12}, {0, 100}};
  for (uint32_t seed = 0; seed < 20; ++seed) cases.push_back({seed, all_limits[seed % 5]});
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Seeds, Conservation, testing::ValuesIn(Cases()),
                         [](const testing::TestParamInfo<Case>& param) {
                           return "Seed" + std::to_string(param.param.seed) + "Top" +
                                  std::to_string(param.param.limits.top_hosts) + "Budget" +
                                  std::to_string(param.param.limits.series_per_family);
                         });

}  // namespace
}  // namespace wiregauge::metrics
