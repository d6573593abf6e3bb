// SPDX-License-Identifier: Apache-2.0
// The promise of the exporter, on random traffic with hosts that come, go and come back on several
// shards: at every scrape the sums are exact, and no counter ever goes down or disappears.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "publish/prometheus/exporter.h"
#include "scrape.h"
#include "traffic_model.h"
#include "unit/base/fixed_clock.h"
#include "unit/snapshot/fixed_source.h"

namespace wiregauge::metrics {
namespace {

struct Case {
  uint32_t seed = 0;
  SeriesLimits limits;
};

class Conservation : public testing::TestWithParam<Case> {
 protected:
  static constexpr size_t kInterfaces = 2;

  static std::string InterfaceName(size_t interface) { return "if" + std::to_string(interface); }

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

  void ExpectNoneFell(const Scrape& scrape) {
    std::map<std::string, double> after = scrape.Monotonic();
    for (const auto& [key, value] : before_) {
      const auto now = after.find(key);
      if (now == after.end()) {
        ADD_FAILURE() << "disappeared: " << key;
        continue;
      }
      EXPECT_GE(now->second, value) << key;
      grown_ += now->second > value ? 1 : 0;
    }
    before_ = std::move(after);
  }

  // No series tells more than the host sent.
  void ExpectNoHostExceeds(const Scrape& scrape, size_t interface) const {
    for (const Scrape::Sample& sample : scrape.samples) {
      if (sample.name != "wiregauge_host_bytes_total" || sample.labels.at("direction") != "sent" ||
          sample.labels.at("interface") != InterfaceName(interface) ||
          sample.labels.at("host") == "other") {
        continue;
      }
      const std::string& label = sample.labels.at("host");
      const size_t at = label.find('@');
      const TrafficModel::Host host = {*IpAddress::Parse(label.substr(0, at)),
                                       at == std::string::npos ? 0 : 42};
      EXPECT_LE(sample.value, static_cast<double>(traffic_.BytesSent(interface, host))) << label;
    }
  }

  // A host that stays is counted to the byte from the moment it has a series.
  void ExpectSteadyHostIsExact(const Scrape& scrape, size_t interface) {
    const TrafficModel::Host host = {traffic_.AddressOf(0), 0};
    const Scrape::Labels labels = {{"interface", InterfaceName(interface)},
                                   {"host", host.first.ToString()},
                                   {"direction", "sent"}};
    if (scrape.Count("wiregauge_host_bytes_total", labels) == 0) return;
    const double untold = static_cast<double>(traffic_.BytesSent(interface, host)) -
                          scrape.Sum("wiregauge_host_bytes_total", labels);
    EXPECT_EQ(untold_.try_emplace(interface, untold).first->second, untold);
  }

  TrafficModel traffic_{{.seed = GetParam().seed}};
  snapshot::FixedSource source_;
  FixedClock clock_;
  RequestMetrics requests_;
  Exporter exporter_{{GetParam().limits, {}}, source_, clock_, requests_};
  std::map<std::string, double> before_;
  std::map<size_t, double> untold_;  // by interface: what the steady host sent before its series
  size_t grown_ = 0;
};

TEST_P(Conservation, SumsAreExactAndCountersNeverFall) {
  std::mt19937 random(GetParam().seed + 1000);
  std::vector<std::shared_ptr<const snapshot::Snapshot>> taken;
  for (int round = 0; round < 80; ++round) {
    traffic_.Run(random() % 4 == 0 ? 0 : random() % 200);
    taken.push_back(traffic_.Take());
    // One scrape in eight was overtaken by others and comes with an older snapshot.
    const bool overtaken = taken.size() > 3 && random() % 8 == 0;
    source_.snapshot = overtaken ? *taken[taken.size() - 2 - random() % 3] : *taken.back();
    const Scrape scrape(exporter_.Serve().body);

    for (size_t interface = 0; interface < kInterfaces; ++interface) {
      ExpectExactSums(scrape, InterfaceName(interface));
      ExpectNoHostExceeds(scrape, interface);
      if (!overtaken) ExpectSteadyHostIsExact(scrape, interface);
    }
    EXPECT_LE(scrape.Count("wiregauge_host_bytes_total"), GetParam().limits.series_per_family);
    EXPECT_LE(scrape.Count("wiregauge_application_bytes_total"),
              GetParam().limits.series_per_family);
    ExpectNoneFell(scrape);
  }
  // The run was worth something.
  EXPECT_GT(grown_, 500u);
  EXPECT_GT(traffic_.expired(), 200u);
  EXPECT_GT(traffic_.came_back(), 100u);
}

std::vector<Case> Cases() {
  std::vector<Case> cases;
  const std::vector<SeriesLimits> all_limits = {
      {10, 1000}, {5, 40}, {100, 10000}, {3, 12}, {0, 100}};
  for (uint32_t seed = 0; seed < 10; ++seed) cases.push_back({seed, all_limits[seed % 5]});
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
