// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "timeseries/measure.h"

namespace wiregauge::timeseries {
namespace {

std::string Beginning(const Kind& kind) {
  const std::string name(kind.name);
  switch (kind.naming) {
    case Naming::kInterface:
      return "interface_<interface>_";
    case Naming::kShare:
      return "interface_<interface>_" + name + "_<" + name + ">_";
    case Naming::kPlace:
      return name + "_<" + name + ">_interface_<interface>_";
    case Naming::kPart:
      return "host_<host>_interface_<interface>_";
    case Naming::kScript:
      break;
  }
  return {};
}

void AddRow(std::ostream& page, const std::string& name, const Measure& measure,
            std::string_view help) {
  page << "| `" << name << "` | " << measure.unit << " | " << help << " |\n";
}

// Of an interface and of the service itself, with and without an object.
void AddScriptRows(std::ostream& page, const Kind& kind) {
  for (const std::string beginning : {"interface_<interface>_", ""}) {
    for (const Measure& measure : kind.measures) {
      for (const char* const object : {"", ":<object>"}) {
        AddRow(page, beginning + "script_<name>" + object, measure, measure.help);
      }
    }
    AddRow(page, beginning + std::string(kind.all_suffix) + "_<name>",
           {.suffix = {}, .counters = {}, .unit = "count or value", .help = {}}, kind.all_help);
  }
}

// docs/timeseries.md as it has to be.
std::string Page() {
  std::ostringstream page;
  page
      << "# Names of time series\n\n"
         "What can be asked for by name, in REST, in Grafana and in scripts alike. This page is "
         "made "
         "from the table in\n`src/timeseries/measure.cc`; a unit test fails when it is stale and "
         "writes it anew when `WIREGAUGE_BLESS` is set.\n\n"
         "`GET /api/v1/timeseries` lists those that there are. A host is an IP address, with "
         "`@<vlan>` in a VLAN; an\nautonomous system its number; a country its ISO code. `none` is "
         "what is in no such place, `other` what has no\nseries of its own. Traffic is frame bytes "
         "as they were on the wire. A name that ends in `_bps` is in bits per\nsecond; one with "
         "`_total_` is one value, of the whole range. Scripts' own series have the unit that the "
         "script gives, if it does;\nthose without an interface are of the service itself.\n\n"
         "| name | unit | meaning |\n|---|---|---|\n";
  for (const Kind& kind : AllKinds()) {
    if (kind.naming == Naming::kScript) {
      AddScriptRows(page, kind);
      continue;
    }
    if (kind.naming != Naming::kPart) {
      for (const Measure& measure : kind.measures) {
        AddRow(page, Beginning(kind) + std::string(measure.suffix), measure, measure.help);
      }
    }
    if (kind.all_suffix.empty()) continue;
    const std::string beginning =
        kind.naming == Naming::kPart ? Beginning(kind) : "interface_<interface>_";
    AddRow(page, beginning + std::string(kind.all_suffix), AllMeasure(kind), kind.all_help);
  }
  return page.str();
}

TEST(Reference, ThePageIsUpToDate) {
  const char* const source_dir = std::getenv("WIREGAUGE_SOURCE_DIR");
  ASSERT_NE(source_dir, nullptr) << "ctest sets it";
  const std::string path = std::string(source_dir) + "/docs/timeseries.md";
  if (std::getenv("WIREGAUGE_BLESS") != nullptr) std::ofstream(path) << Page();
  std::ostringstream found;
  found << std::ifstream(path).rdbuf();
  EXPECT_EQ(found.str(), Page()) << "run this test once with WIREGAUGE_BLESS=1";
}

}  // namespace
}  // namespace wiregauge::timeseries
