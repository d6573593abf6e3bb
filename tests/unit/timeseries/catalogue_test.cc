// SPDX-License-Identifier: Apache-2.0
#include "timeseries/catalogue.h"

#include <gtest/gtest.h>

#include <set>

#include "timeseries/script_key.h"

namespace wiregauge::timeseries {
namespace {

using history::SeriesInfo;
using history::SeriesKey;
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

std::vector<SeriesInfo> ScriptSeries(const std::vector<std::pair<const char*, ScriptKey>>& keys) {
  std::vector<SeriesInfo> all;
  for (const auto& [source, key] : keys) {
    all.push_back(
        {static_cast<int64_t>(all.size()), source, key.Encode(), key.type, key.step_seconds});
  }
  return all;
}

TEST(ScriptKeyTest, IsReadAsItWasWritten) {
  for (const ScriptKey& key :
       {ScriptKey{"a", "", SeriesType::kCounter, 1, ""},
        ScriptKey{"a_b", "two words and \xc3\xa4", SeriesType::kGauge, 3600, "per cent"},
        ScriptKey{"a", " ", SeriesType::kGauge, 60, " "}}) {
    EXPECT_EQ(ScriptKey::Parse(key.Encode()), key) << key.name << key.object;
  }
  for (const SeriesKey& key :
       {SeriesKey{"host", "a", "gauge 1"}, SeriesKey{"script", "a", "gauge"},
        SeriesKey{"script", "a", "sum 1"}, SeriesKey{"script", "a", "gauge x"}}) {
    EXPECT_EQ(ScriptKey::Parse(key), std::nullopt) << key.kind << key.measure;
  }
}

TEST(CatalogueTest, SeriesOfScriptsAreOfTheServiceOrOfAnInterface) {
  const Catalogue catalogue(
      ScriptSeries({{"", {"load", "", SeriesType::kGauge, 1, "percent"}},
                    {"", {"rtt", "192.0.2.53", SeriesType::kGauge, 60, "ms"}},
                    {"", {"rtt", "a b", SeriesType::kGauge, 60, "ms"}},
                    {"eth0", {"failures", "", SeriesType::kCounter, 60, ""}},
                    {"eth0", {"failures", "192.0.2.1", SeriesType::kCounter, 60, ""}}}));
  EXPECT_EQ(NamesOf(catalogue),
            (std::vector<std::string>{"allscript_rtt", "interface_eth0_allscript_failures",
                                      "interface_eth0_script_failures",
                                      "interface_eth0_script_failures:192.0.2.1", "script_load",
                                      "script_rtt:192.0.2.53", "script_rtt:a b"}));
  EXPECT_EQ(catalogue.interfaces(), std::vector<std::string>{"eth0"});
  const Metric* const rtt = catalogue.Find("script_rtt:a b");
  EXPECT_EQ(rtt->unit(), "ms");
  EXPECT_EQ(rtt->step_seconds, 60u);
  EXPECT_EQ(rtt->parts.front().object, "a b");
  EXPECT_EQ(rtt->parts.front().tags, (Tags{{"script", "rtt"}, {"object", "a b"}}));
  const Metric* const failures = catalogue.Find("interface_eth0_allscript_failures");
  EXPECT_EQ(failures->unit(), "count");
  ASSERT_EQ(failures->parts.size(), 1u);
  EXPECT_EQ(failures->parts.front().tags,
            (Tags{{"interface", "eth0"}, {"script", "failures"}, {"object", "192.0.2.1"}}));
}

TEST(CatalogueTest, LinesOfAScriptsMetricAreRecordedAlike) {
  const Catalogue catalogue(ScriptSeries({{"", {"x", "a", SeriesType::kGauge, 60, ""}},
                                          {"", {"x", "b", SeriesType::kGauge, 1, ""}},
                                          {"", {"x", "b", SeriesType::kCounter, 60, ""}}}));
  EXPECT_EQ(catalogue.Find("allscript_x")->parts.size(), 1u);
  EXPECT_EQ(NamesOf(catalogue),
            (std::vector<std::string>{"allscript_x", "script_x:a", "script_x:b"}));
}

TEST(CatalogueTest, WhoIsRestrictedSeesScriptsOfTheirInterfacesAlone) {
  const Catalogue catalogue(ScriptSeries({{"", {"x", "", SeriesType::kGauge, 60, ""}},
                                          {"", {"x", "a", SeriesType::kGauge, 60, ""}},
                                          {"eth0", {"x", "", SeriesType::kGauge, 60, ""}},
                                          {"lan", {"x", "", SeriesType::kGauge, 60, ""}}}));
  model::Identity identity;
  identity.interfaces = {"eth0"};
  EXPECT_EQ(NamesOf(catalogue.VisibleTo(identity)),
            std::vector<std::string>{"interface_eth0_script_x"});
  identity.interfaces.clear();
  identity.networks.push_back(*IpNetwork::Parse("0.0.0.0/0"));
  EXPECT_EQ(NamesOf(catalogue.VisibleTo(identity)), std::vector<std::string>());
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
    if (kind.naming == Naming::kScript) continue;  // a name has one measure
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
