// SPDX-License-Identifier: Apache-2.0
#include "timeseries/catalogue.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/ip_address.h"
#include "base/text.h"
#include "timeseries/script_key.h"

namespace wiregauge::timeseries {
namespace {

struct Stored {
  int64_t series = 0;
  uint32_t step_seconds = 1;
  std::string unit;  // of a script's
};

// By kind, interface and object: what is recorded of it, by measure.
using Objects = std::map<std::tuple<const Kind*, std::string, std::string>,
                         std::map<std::string, Stored, std::less<>>>;

Objects Group(const std::vector<history::SeriesInfo>& all) {
  Objects objects;
  for (const history::SeriesInfo& info : all) {
    const Kind* const kind = FindKind(info.key.kind);
    if (kind == nullptr) continue;
    auto& measures = objects[{kind, info.source, info.key.object}];
    if (kind->naming != Naming::kScript) {
      measures.emplace(info.key.measure, Stored{info.id, info.step_seconds, {}});
    } else if (const auto key = ScriptKey::Parse(info.key)) {
      const auto type = key->type == history::SeriesType::kGauge ? kScriptGauge : kScriptCounter;
      measures.emplace(type, Stored{info.id, info.step_seconds, key->unit});
    }
  }
  return objects;
}

// "192.0.2.1" and "TLS" of "192.0.2.1 TLS": what was recorded as one object.
std::pair<std::string, std::string> SplitObject(const std::string& object) {
  const size_t space = object.find(' ');
  if (space == std::string::npos) return {object, {}};
  return {object.substr(0, space), object.substr(space + 1)};
}

std::string BeginningOf(const std::string& interface) {
  return interface.empty() ? std::string() : "interface_" + interface + "_";
}

std::string ScriptName(const std::string& interface, const std::string& script_object) {
  const auto [name, object] = SplitObject(script_object);
  return BeginningOf(interface) + "script_" + name + (object.empty() ? "" : ":" + object);
}

std::string NameOf(const Kind& kind, const std::string& interface, const std::string& object,
                   std::string_view suffix) {
  if (kind.naming == Naming::kScript) return ScriptName(interface, object);
  std::string name;
  if (kind.naming == Naming::kPlace) name = std::string(kind.name) + "_" + object + "_";
  name += "interface_" + interface + "_";
  if (kind.naming == Naming::kShare) name += std::string(kind.name) + "_" + object + "_";
  return name.append(suffix);
}

// By interface and step.
std::map<std::pair<std::string, uint32_t>, int64_t> FindCoverage(
    const std::vector<history::SeriesInfo>& all) {
  std::map<std::pair<std::string, uint32_t>, int64_t> coverage;
  for (const history::SeriesInfo& info : all) {
    if (info.key.kind != kCoverageKind || info.key.measure != kCoverageMeasure) continue;
    coverage.emplace(std::pair(info.source, info.step_seconds), info.id);
  }
  return coverage;
}

Tags ScriptTags(const std::string& interface, const std::string& script_object) {
  auto [name, object] = SplitObject(script_object);
  Tags tags;
  if (!interface.empty()) tags.emplace_back("interface", interface);
  tags.emplace_back(kScriptKind, std::move(name));
  if (!object.empty()) tags.emplace_back("object", std::move(object));
  return tags;
}

Tags TagsOf(const Kind& kind, const std::string& interface, const std::string& object) {
  if (kind.naming == Naming::kScript) return ScriptTags(interface, object);
  Tags tags = {{"interface", interface}};
  if (kind.naming == Naming::kPart) {
    auto [host, application] = SplitObject(object);
    tags.emplace_back("host", std::move(host));
    tags.emplace_back("application", std::move(application));
  } else if (kind.naming != Naming::kInterface) {
    tags.emplace_back(kind.name, object);
  }
  return tags;
}

// How an object is called among those of its metric.
std::string LineName(const Kind& kind, const std::string& object) {
  const bool is_part = kind.naming == Naming::kPart || kind.naming == Naming::kScript;
  return is_part ? SplitObject(object).second : object;
}

// The name of the metric that has a line for each object of this kind.
std::string AllName(const Kind& kind, const std::string& interface, const std::string& object) {
  if (kind.naming == Naming::kScript) {
    return BeginningOf(interface) + std::string(kind.all_suffix) + "_" + SplitObject(object).first;
  }
  if (kind.naming != Naming::kPart) {
    return "interface_" + interface + "_" + std::string(kind.all_suffix);
  }
  return "host_" + SplitObject(object).first + "_interface_" + interface + "_" +
         std::string(kind.all_suffix);
}

// Whether an "all..." metric has a line for the part.
bool IsInAll(const Kind& kind, const Measure& measure, const Part& part) {
  if (kind.naming == Naming::kScript) return !part.object.empty();
  return &measure == &AllMeasure(kind) && !kind.all_suffix.empty();
}

// Its lines are of one measure and step: what a script has recorded in two ways is told by the
// first.
void AddToAll(const Kind& kind, const Metric& one, Metric& all) {
  if (all.parts.empty()) {
    all = one;
    all.is_all = true;
  } else if (kind.naming != Naming::kScript ||
             (all.measure == one.measure && all.step_seconds == one.step_seconds)) {
    all.parts.push_back(one.parts.front());
  }
}

bool HoldsHost(const std::vector<IpNetwork>& networks, std::string_view host) {
  const auto ip = IpAddress::Parse(host.substr(0, host.find('@')));
  return ip && std::ranges::any_of(networks,
                                   [&](const IpNetwork& network) { return network.Contains(*ip); });
}

}  // namespace

bool MaySee(const model::Identity& identity, const Tags& tags) {
  const auto find = [&](std::string_view key) {
    return std::ranges::find(tags, key,
                             [](const auto& tag) { return std::string_view(tag.first); });
  };
  const auto interface = find("interface");
  if (interface == tags.end()) return !identity.is_restricted();
  if (!identity.interfaces.empty() &&
      std::ranges::count(identity.interfaces, interface->second) == 0) {
    return false;
  }
  if (identity.networks.empty()) return true;
  const auto host = find("host");
  return host != tags.end() && HoldsHost(identity.networks, host->second);
}

Catalogue::Catalogue(const std::vector<history::SeriesInfo>& all) {
  std::map<std::string, Metric> by_name;
  for (const auto& [about, stored] : Group(all)) {
    const auto& [kind, interface, object] = about;
    const Tags tags = TagsOf(*kind, interface, object);
    for (const Measure& measure : kind->measures) {
      Part part{LineName(*kind, object), {}, tags};
      Metric metric{{}, kind, &measure, interface};
      for (const std::string_view counter : measure.counters) {
        const auto at = stored.find(counter);
        if (counter.empty() || at == stored.end()) continue;
        part.series.push_back(at->second.series);
        metric.step_seconds = at->second.step_seconds;
        metric.own_unit = at->second.unit;
      }
      if (part.series.empty()) continue;
      const bool is_in_all = IsInAll(*kind, measure, part);
      metric.parts.push_back(std::move(part));
      if (is_in_all) AddToAll(*kind, metric, by_name[AllName(*kind, interface, object)]);
      if (kind->naming == Naming::kPart) continue;
      by_name.try_emplace(NameOf(*kind, interface, object, measure.suffix), std::move(metric));
    }
  }
  const auto coverage = FindCoverage(all);
  for (auto& [name, metric] : by_name) {
    metric.name = name;
    const auto covered = coverage.find({metric.interface, metric.step_seconds});
    if (covered != coverage.end()) metric.coverage = covered->second;
    metrics_.push_back(std::move(metric));
  }
  for (const Metric& metric : metrics_) {
    if (!metric.interface.empty() && std::ranges::count(interfaces_, metric.interface) == 0) {
      interfaces_.push_back(metric.interface);
    }
  }
  std::ranges::sort(interfaces_);
}

const Metric* Catalogue::Find(std::string_view name) const {
  const auto at = std::ranges::lower_bound(
      metrics_, name, {}, [](const Metric& metric) { return std::string_view(metric.name); });
  return at != metrics_.end() && at->name == name ? &*at : nullptr;
}

Catalogue Catalogue::VisibleTo(const model::Identity& identity) const {
  Catalogue visible({});
  for (const Metric& metric : metrics_) {
    Metric part = metric;
    std::erase_if(part.parts, [&](const Part& line) { return !MaySee(identity, line.tags); });
    if (!part.parts.empty()) visible.metrics_.push_back(std::move(part));
  }
  std::ranges::copy_if(
      interfaces_, std::back_inserter(visible.interfaces_), [&](const std::string& name) {
        return identity.interfaces.empty() || std::ranges::count(identity.interfaces, name) > 0;
      });
  return visible;
}

}  // namespace wiregauge::timeseries
