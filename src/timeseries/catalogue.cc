// SPDX-License-Identifier: Apache-2.0
#include "timeseries/catalogue.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/ip_address.h"
#include "base/text.h"

namespace wiregauge::timeseries {
namespace {

struct Stored {
  int64_t series = 0;
  uint32_t step_seconds = 1;
};

// By kind, interface and object: what is recorded of it, by measure.
using Objects = std::map<std::tuple<const Kind*, std::string, std::string>,
                         std::map<std::string, Stored, std::less<>>>;

Objects Group(const std::vector<history::SeriesInfo>& all) {
  Objects objects;
  for (const history::SeriesInfo& info : all) {
    const Kind* const kind = FindKind(info.key.kind);
    if (kind == nullptr) continue;
    objects[{kind, info.source, info.key.object}].emplace(info.key.measure,
                                                          Stored{info.id, info.step_seconds});
  }
  return objects;
}

std::string NameOf(const Kind& kind, const std::string& interface, const std::string& object,
                   std::string_view suffix) {
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

// "192.0.2.1" and "TLS" of "192.0.2.1 TLS".
std::pair<std::string, std::string> SplitHostApplication(const std::string& object) {
  const size_t space = object.find(' ');
  if (space == std::string::npos) return {object, {}};
  return {object.substr(0, space), object.substr(space + 1)};
}

Tags TagsOf(const Kind& kind, const std::string& interface, const std::string& object) {
  Tags tags = {{"interface", interface}};
  if (kind.naming == Naming::kPart) {
    auto [host, application] = SplitHostApplication(object);
    tags.emplace_back("host", std::move(host));
    tags.emplace_back("application", std::move(application));
  } else if (kind.naming != Naming::kInterface) {
    tags.emplace_back(kind.name, object);
  }
  return tags;
}

// How an object is called among those of its metric.
std::string LineName(const Kind& kind, const std::string& object) {
  return kind.naming == Naming::kPart ? SplitHostApplication(object).second : object;
}

// The name of the metric that has a line for each object of this kind.
std::string AllName(const Kind& kind, const std::string& interface, const std::string& object) {
  if (kind.naming != Naming::kPart) {
    return "interface_" + interface + "_" + std::string(kind.all_suffix);
  }
  return "host_" + SplitHostApplication(object).first + "_interface_" + interface + "_" +
         std::string(kind.all_suffix);
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
      uint32_t step = 1;
      for (const std::string_view counter : measure.counters) {
        const auto at = stored.find(counter);
        if (counter.empty() || at == stored.end()) continue;
        part.series.push_back(at->second.series);
        step = at->second.step_seconds;
      }
      if (part.series.empty()) continue;
      if (&measure == &AllMeasure(*kind) && !kind->all_suffix.empty()) {
        Metric& metric = by_name[AllName(*kind, interface, object)];
        metric.kind = kind;
        metric.measure = &measure;
        metric.interface = interface;
        metric.step_seconds = step;
        metric.is_all = true;
        metric.parts.push_back(part);
      }
      if (kind->naming == Naming::kPart) continue;
      by_name.try_emplace(NameOf(*kind, interface, object, measure.suffix),
                          Metric{{}, kind, &measure, interface, step, false, {std::move(part)}});
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
    if (std::ranges::count(interfaces_, metric.interface) == 0) {
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
