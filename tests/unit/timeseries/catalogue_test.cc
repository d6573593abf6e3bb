// SPDX-License-Identifier: Apache-2.0
#include "timeseries/catalogue.h"

#include <gtest/gtest.h>

#include <set>

namespace wiregauge::timeseries {
namespace {

using history::SeriesInfo;
using history::SeriesType;

std::vector<SeriesInfo> All(const std::vector<std::array<const char*, 4>>& keys) {
  std::vector<SeriesInfo> all;
  for (const auto& [source, kind, object, measure] : keys) {
    all.push_back({static_cast<int64_t>(all.size()),
                   source,
                   {kind, object, measure},
                   SeriesType::kCounter,
                   60});
  }
  return all;
}

std::vector<std::string> NamesOf(const Catalogue& catalogue) {
  std::vector<std::string> names;
  for (const Metric& metric : catalogue.metrics()) names.push_back(metric.name);
  return names;
}

TEST(CatalogueTest, NamesAreTheOnesOfTheContract) {
  const Catalogue catalogue(All({{"eth0", "interface", "", "bytes"},
                                 {"eth0", "interface", "", "packets"},
                                 {"eth0", "application", "TLS", "bytes"},
                                 {"eth0", "host", "192.0.2.1", "bytes_sent"},
                                 {"eth0", "host", "192.0.2.1", "bytes_received"},
                                 {"eth0", "host_application", "192.0.2.1 TLS", "bytes"},
                                 {"eth0", "network", "office", "bytes"}}));
  for (const char* name :
       {"interface_eth0_traffic_bps", "interface_eth0_traffic_total_bytes",
        "interface_eth0_traffic_pps", "interface_eth0_traffic_total_packets",
        "interface_eth0_allprotocols_bps", "interface_eth0_application_TLS_bps",
        "host_192.0.2.1_interface_eth0_traffic_bps",
        "host_192.0.2.1_interface_eth0_traffic_total_bytes",
        "host_192.0.2.1_interface_eth0_allprotocols_bps", "interface_eth0_allhosts_bps",
        "network_office_interface_eth0_traffic_bps"}) {
    EXPECT_NE(catalogue.Find(name), nullptr) << name;
  }
  EXPECT_EQ(catalogue.Find("interface_eth0_drops"), nullptr) << "there is no such series";
  EXPECT_EQ(catalogue.Find("interface_eth0_traffic"), nullptr);
  const Metric* const host = catalogue.Find("host_192.0.2.1_interface_eth0_traffic_bps");
  EXPECT_EQ(host->parts.front().series, (std::vector<int64_t>{3, 4}));
  EXPECT_EQ(host->parts.front().tags, (Tags{{"interface", "eth0"}, {"host", "192.0.2.1"}}));
}

TEST(CatalogueTest, InterfacesAndHostsMayHoldWhateverNamesAreMadeOf) {
  const Catalogue catalogue(All({{"br_lan_1.5-x", "interface", "", "bytes"},
                                 {"br_lan", "interface", "", "bytes"},
                                 {"br_lan", "host", "2001:db8::1@7", "bytes_sent"},
                                 {"br_lan", "host_application", "2001:db8::1@7 MS_Teams", "bytes"},
                                 {"br_lan", "application", "a_b interface_x_traffic", "bytes"}}));
  EXPECT_EQ(catalogue.Find("interface_br_lan_1.5-x_traffic_bps")->interface, "br_lan_1.5-x");
  EXPECT_EQ(catalogue.Find("interface_br_lan_traffic_bps")->interface, "br_lan");
  EXPECT_NE(catalogue.Find("host_2001:db8::1@7_interface_br_lan_traffic_bps"), nullptr);
  const Metric* const all = catalogue.Find("host_2001:db8::1@7_interface_br_lan_allprotocols_bps");
  ASSERT_NE(all, nullptr);
  EXPECT_EQ(all->parts.front().object, "MS_Teams");
  EXPECT_EQ(catalogue.interfaces(), (std::vector<std::string>{"br_lan", "br_lan_1.5-x"}));
}

TEST(CatalogueTest, CoverageHasTheStepOfItsMetric) {
  std::vector<SeriesInfo> all =
      All({{"eth0", "application", "TLS", "bytes"}, {"eth0", "step", "10", "covered_seconds"}});
  all[0].step_seconds = 10;
  for (const uint32_t step : {1u, 10u, 60u}) {
    all[1].step_seconds = step;
    const auto coverage = Catalogue(all).Find("interface_eth0_application_TLS_bps")->coverage;
    EXPECT_EQ(coverage, step == 10 ? std::optional<int64_t>(1) : std::nullopt) << step;
  }
}

TEST(CatalogueTest, AUserSeesWhatTheyMay) {
  const Catalogue catalogue(All({{"eth0", "interface", "", "bytes"},
                                 {"eth0", "host", "192.0.2.1", "bytes_sent"},
                                 {"eth0", "host", "198.51.100.1@5", "bytes_sent"},
                                 {"lan", "interface", "", "bytes"},
                                 {"lan", "host", "192.0.2.1", "bytes_sent"},
                                 {"lan", "host_application", "192.0.2.1 DNS", "bytes"},
                                 {"lan", "host", "other", "bytes_sent"}}));
  const auto seen = [&](const model::Identity& identity) {
    return NamesOf(catalogue.VisibleTo(identity));
  };
  const model::Identity lan{.user = "l", .interfaces = {"lan"}};
  for (const std::string& name : seen(lan)) {
    EXPECT_NE(name.find("interface_lan_"), std::string::npos) << name;
  }
  EXPECT_EQ(catalogue.VisibleTo(lan).interfaces(), std::vector<std::string>{"lan"});
  const model::Identity net{.user = "n", .networks = {*IpNetwork::Parse("192.0.2.0/24")}};
  for (const std::string& name : seen(net)) {
    EXPECT_TRUE(name.starts_with("host_192.0.2.1_") || name.ends_with("allhosts_bps")) << name;
  }
  const Catalogue of_net = catalogue.VisibleTo(net);
  EXPECT_EQ(of_net.Find("interface_eth0_allhosts_bps")->parts.size(), 1u);
  EXPECT_EQ(of_net.Find("interface_lan_allhosts_bps")->parts.size(), 1u)
      << "other is of hosts that may not be seen";
  const model::Identity both{
      .user = "b", .interfaces = {"eth0"}, .networks = {*IpNetwork::Parse("198.51.100.0/24")}};
  EXPECT_EQ(catalogue.VisibleTo(both).Find("interface_eth0_allhosts_bps")->parts.front().object,
            "198.51.100.1@5");
  EXPECT_EQ(seen(both).front(), "host_198.51.100.1@5_interface_eth0_sent_bps");
}

TEST(MeasureTest, SuffixesTellMeasuresApart) {
  for (const Kind& kind : AllKinds()) {
    std::set<std::string_view> suffixes;
    for (const Measure& measure : kind.measures) {
      EXPECT_TRUE(suffixes.insert(measure.suffix).second) << kind.name << measure.suffix;
      EXPECT_TRUE(measure.help.ends_with('.')) << measure.help;
      EXPECT_FALSE(measure.unit.empty());
    }
  }
}

}  // namespace
}  // namespace wiregauge::timeseries
