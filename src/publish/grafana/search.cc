// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/search.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "publish/grafana/answer.h"
#include "publish/grafana/options.h"
#include "publish/grafana/pattern.h"
#include "publish/grafana/tables.h"
#include "publish/json/writer.h"

namespace wiregauge::grafana {
namespace {

using timeseries::Metric;
using timeseries::Naming;

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kPlurals = {
    {{"interfaces", "interface"},
     {"hosts", "host"},
     {"applications", "application"},
     {"categories", "category"},
     {"networks", "network"},
     {"pools", "pool"},
     {"autonomous_systems", "autonomous_system"},
     {"countries", "country"},
     {"vlans", "vlan"},
     {"l4_protocols", "l4"},
     {"directions", "direction"},
     {"scripts", "script"}}};

// Whether a name is to be offered.
std::function<bool(std::string_view)> MakeTest(std::string_view typed) {
  const auto everything = [](std::string_view) { return true; };
  if (typed.empty() || typed == kPlaceholder) return everything;
  auto pattern = Pattern::Compile(typed, Pattern::Case::kIgnore);
  if (!pattern) return everything;
  return [lower = ToLower(typed),
          pattern = std::make_shared<const Pattern>(*std::move(pattern))](std::string_view name) {
    return HoldsIgnoringCase(name, lower) || pattern->IsIn(name);
  };
}

bool IsOfInterface(const Metric& metric) { return metric.kind->naming == Naming::kInterface; }
// Of everything on an interface at once, and not of one host.
bool IsOfAll(const Metric& metric) { return metric.is_all && metric.kind->naming != Naming::kPart; }
// Hosts are many: they come last.
bool IsOfHost(const Metric& metric) {
  return metric.kind->name == "host" || metric.kind->naming == Naming::kPart;
}
bool IsOfOne(const Metric& metric) {
  return !IsOfInterface(metric) && !IsOfAll(metric) && !IsOfHost(metric);
}
bool IsOfOneHost(const Metric& metric) { return IsOfHost(metric) && !IsOfAll(metric); }

std::optional<std::string_view> TagOfPlural(std::string_view typed, const View& view) {
  const auto at = std::ranges::find(kPlurals, typed, [](const auto& pair) { return pair.first; });
  if (at == kPlurals.end() || view.catalogue.Find(typed) != nullptr) return std::nullopt;
  return at->second;
}

}  // namespace

std::vector<std::string> FindNames(std::string_view typed, const View& view) {
  if (const auto key = TagOfPlural(typed, view)) return ValuesOfTag(*key, view);
  const auto is_offered = MakeTest(typed);
  std::vector<std::string> names;
  const auto offer = [&](const std::string& name) {
    if (names.size() < kMostListed && is_offered(name)) names.push_back(name);
  };
  const auto offer_metrics = [&](bool (*is_wanted)(const Metric&)) {
    for (const Metric& metric : view.catalogue.metrics()) {
      if (is_wanted(metric)) offer(metric.name);
    }
  };
  offer_metrics(IsOfInterface);
  offer_metrics(IsOfAll);
  for (const Table& table : ListTables(view)) offer(table.name);
  for (const ScriptTarget& script : view.scripts) offer(script.name);
  offer_metrics(IsOfOne);
  offer_metrics(IsOfOneHost);
  return names;
}

std::vector<std::string> ValuesOfTag(std::string_view key, const View& view) {
  std::set<std::string, std::less<>> values;
  for (const Metric& metric : view.catalogue.metrics()) {
    for (const timeseries::Part& part : metric.parts) {
      for (const auto& [name, value] : part.tags) {
        if (name == key && !values.contains(value)) values.insert(value);
      }
    }
  }
  if (key == "interface") {
    for (const Table& table : ListTables(view)) {
      if (!table.interface.empty()) values.insert(table.interface);
    }
  }
  std::vector<std::string> sorted(values.begin(), values.end());
  if (sorted.size() > kMostListed) sorted.resize(kMostListed);
  return sorted;
}

Response Search(const Request& request, const View& view) {
  const auto body = ReadBody(request);
  if (!body.ok()) return ErrorAnswer(body.error());
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (const std::string& name : FindNames(body->root()["target"].text().value_or(""), view)) {
    writer.Value(name);
  }
  writer.EndArray();
  return http::JsonResponse(std::move(out));
}

}  // namespace wiregauge::grafana
