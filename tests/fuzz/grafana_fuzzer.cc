// SPDX-License-Identifier: Apache-2.0
// What a datasource sends: JSON from anybody, and targets that Grafana has put variables into.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "publish/grafana/target.h"
#include "publish/json/parsed.h"
#include "publish/json/writer.h"

namespace {

using namespace wiregauge;

void ReadJson(std::string_view text) {
  const auto parsed = json::Parsed::Parse(text);
  if (!parsed.ok()) return;
  std::string written;
  json::Writer writer(written);
  parsed->root().WriteTo(writer);
  WIREGAUGE_CHECK(json::Parsed::Parse(written).ok());
}

void ExpandTarget(std::string_view target) {
  const auto patterns = grafana::ExpandTarget(target);
  if (!patterns.ok()) return;
  WIREGAUGE_CHECK(patterns->size() <= grafana::kMostPatterns);
  for (const std::string& pattern : *patterns) (void)grafana::MatchesPattern(pattern, target);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ReadJson(text);
  ExpandTarget(text);
  return 0;
}
