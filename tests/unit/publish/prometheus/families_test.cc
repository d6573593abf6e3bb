// SPDX-License-Identifier: Apache-2.0
#include "publish/prometheus/families.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace wiregauge::metrics {
namespace {

std::string LabelList(const FamilyInfo& info) {
  std::string list;
  for (const std::string_view label : info.labels) {
    if (label.empty()) break;
    list += (list.empty() ? "`" : ", `") + std::string(label) + "`";
  }
  return list;
}

// docs/metrics.md as it has to be.
std::string Page() {
  std::ostringstream page;
  page << "# Metrics\n\n"
          "What `GET /metrics` tells, in Prometheus' text format 0.0.4. This page is made from the "
          "table in\n`src/publish/prometheus/families.cc`; a unit test fails when it is stale and "
          "writes it anew when\n`WIREGAUGE_BLESS` is set.\n\n"
          "Counters never go down while the process lives. Byte counters are of whole frames, as "
          "they were on the\nwire. Which hosts get a series, and what that means for queries: "
          "`src/publish/prometheus/README.md`.\n"
          "The labels of `wiregauge_build_info` name the version, the revision and the "
          "libraries.\n"
          "The health of TCP is counted by the rules of Wireshark's TCP analysis "
          "(`src/flow/tcp_analysis.h`).\n\n"
          "| family | type | labels | meaning |\n|---|---|---|---|\n";
  for (const FamilyInfo& info : AllFamilies()) {
    page << "| `" << info.name << "` | " << FamilyTypeName(info.type) << " | " << LabelList(info)
         << " | " << info.help << " |\n";
  }
  return page.str();
}

TEST(Families, EveryRowIsFilled) {
  std::set<std::string_view> names;
  for (const FamilyInfo& info : AllFamilies()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_TRUE(info.name.starts_with("wiregauge_") || info.name.starts_with("process_"))
        << info.name;
    EXPECT_EQ(info.name.ends_with("_total"), info.type == FamilyType::kCounter) << info.name;
    EXPECT_TRUE(info.help.ends_with('.')) << info.name;
    EXPECT_EQ(info.help.find_first_of("\\\n|"), std::string_view::npos) << info.name;
  }
}

TEST(Families, ThePageIsUpToDate) {
  const char* const source_dir = std::getenv("WIREGAUGE_SOURCE_DIR");
  ASSERT_NE(source_dir, nullptr) << "ctest sets it";
  const std::string path = std::string(source_dir) + "/docs/metrics.md";
  if (std::getenv("WIREGAUGE_BLESS") != nullptr) std::ofstream(path) << Page();
  std::ostringstream found;
  found << std::ifstream(path).rdbuf();
  EXPECT_EQ(found.str(), Page()) << "run this test once with WIREGAUGE_BLESS=1";
}

}  // namespace
}  // namespace wiregauge::metrics
