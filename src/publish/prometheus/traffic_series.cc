// SPDX-License-Identifier: Apache-2.0
#include "publish/prometheus/traffic_series.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace wiregauge::metrics {
namespace {

constexpr std::string_view kOther = "other";
constexpr std::string_view kNotIp = "not_ip";
constexpr std::string_view kUndecodable = "undecodable";

// Label values that are one-to-one with `names`: what is no valid UTF-8, empty, taken by an earlier
// one or reserved gets the index behind it.
std::vector<std::string> UniqueLabels(const std::vector<std::string>& names,
                                      std::set<std::string> reserved) {
  std::vector<std::string> labels;
  labels.reserve(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    std::string label = ToValidUtf8(names[i]);
    while (label.empty() || !reserved.insert(label).second) label += "#" + std::to_string(i);
    labels.push_back(std::move(label));
  }
  return labels;
}

// What one interface may have of the family's budget, its fixed series taken off.
size_t Share(size_t budget, size_t interfaces, size_t fixed) {
  const size_t share = budget / std::max<size_t>(interfaces, 1);
  return share > fixed ? share - fixed : 0;
}

std::string LabelOf(uint16_t application, const std::vector<std::string>& labels) {
  return application < labels.size() ? labels[application] : "#" + std::to_string(application);
}

}  // namespace

size_t TrafficSeries::HostKeyHash::operator()(const HostKey& key) const {
  const auto& bytes = key.ip.storage();
  return std::hash<std::string_view>()(
             {reinterpret_cast<const char*>(bytes.data()), bytes.size()}) ^
         key.vlan;
}

std::shared_ptr<const TrafficView> TrafficSeries::Update(const snapshot::Snapshot& snapshot) {
  const MutexLock lock(mutex_);
  if (newest_ != nullptr && (snapshot.detail != snapshot::Detail::kRows || IsOlder(snapshot))) {
    return newest_;
  }
  Prepare(snapshot);
  UpdateHosts(snapshot);
  auto view = std::make_shared<TrafficView>();
  view->taken_at = snapshot.taken_at;
  view->reverse_lookups = snapshot.reverse_lookups;
  view->final = snapshot.final;
  for (size_t i = 0; i < snapshot.interfaces.size(); ++i) {
    Interface& interface = interfaces_[i];
    UpdateApplications(interface, snapshot.interfaces[i].counters);
    UpdateLatencies(interface.handshakes, snapshot.interfaces[i].counters,
                    &model::ApplicationCounters::handshakes);
    UpdateLatencies(interface.application_latencies, snapshot.interfaces[i].counters,
                    &model::ApplicationCounters::application_latencies);
    view->interfaces.push_back(ViewOf(interface, snapshot.interfaces[i]));
    view->folded_hosts += interface.hosts.folded();
    view->folded_applications += interface.applications.folded();
    view->folded_handshakes += interface.handshakes.folded();
    view->folded_application_latencies += interface.application_latencies.folded();
  }
  newest_ = view;
  return view;
}

// Interfaces and the catalogue are the same as long as the process lives: the first snapshot tells.
void TrafficSeries::Prepare(const snapshot::Snapshot& snapshot) {
  if (newest_ != nullptr) return;
  std::vector<std::string> names;
  for (const snapshot::InterfaceView& view : snapshot.interfaces) names.push_back(view.name);
  const size_t hosts = Share(limits_.series_per_family / 2, names.size(), 1);
  const size_t applications = Share(limits_.series_per_family, names.size(), 3);
  const size_t latencies = Share(limits_.series_per_family / kHistogramSeries, names.size(), 1);
  for (std::string& label : UniqueLabels(names, {})) {
    interfaces_.emplace_back(std::move(label), limits_.top_hosts, hosts, applications, latencies);
  }
  names.clear();
  for (const model::ApplicationInfo& application : snapshot.catalogue->applications) {
    names.push_back(application.name);
  }
  application_labels_ =
      UniqueLabels(names, {std::string(kOther), std::string(kNotIp), std::string(kUndecodable)});
}

bool TrafficSeries::IsOlder(const snapshot::Snapshot& snapshot) const {
  for (size_t i = 0; i < newest_->interfaces.size(); ++i) {
    if (snapshot.interfaces[i].counters.received.packets <
        newest_->interfaces[i].view.counters.received.packets) {
      return true;
    }
  }
  return false;
}

void TrafficSeries::UpdateHosts(const snapshot::Snapshot& snapshot) {
  std::vector<std::vector<HostSeries::Row>> rows(interfaces_.size());
  std::vector<Timestamp> seen_until(interfaces_.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i].reserve(snapshot.interfaces[i].counters.active_hosts);
    seen_until[i] = std::max(interfaces_[i].seen_until, snapshot.interfaces[i].counters.now);
  }
  for (const model::HostRecord& host : snapshot.hosts) {
    const size_t i = host.interface_index;
    rows[i].push_back({{host.ip, host.vlan},
                       {host.traffic.sent.bytes, host.traffic.received.bytes},
                       host.first_seen > interfaces_[i].seen_until});
    seen_until[i] = std::max(seen_until[i], host.last_seen);
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    const uint64_t bytes = snapshot.interfaces[i].counters.in_flows.bytes;
    interfaces_[i].hosts.Update(rows[i], {bytes, bytes});
    interfaces_[i].seen_until = seen_until[i];
  }
}

// Applications never leave and there is a series for each while there is room, so one that gets a
// series gets it when it is new.
void TrafficSeries::UpdateApplications(Interface& interface,
                                       const model::InterfaceCounters& counters) {
  std::vector<ApplicationSeries::Row> rows;
  ApplicationSeries::Values totals{};
  for (size_t id = 0; id < counters.applications.size(); ++id) {
    const model::ApplicationCounters& application = counters.applications[id];
    const ApplicationSeries::Values values = {application.traffic.bytes,
                                              application.traffic.packets, application.flows};
    rows.push_back({static_cast<uint16_t>(id), values, true});
    for (size_t i = 0; i < values.size(); ++i) totals[i] += values[i];
  }
  interface.applications.Update(rows, totals);
}

// Like applications; those that have none have no series.
void TrafficSeries::UpdateLatencies(LatencySeries& series, const model::InterfaceCounters& counters,
                                    model::LatencyHistogram model::ApplicationCounters::*of) {
  std::vector<LatencySeries::Row> rows;
  LatencySeries::Values totals{};
  for (size_t id = 0; id < counters.applications.size(); ++id) {
    const model::LatencyHistogram& latencies = counters.applications[id].*of;
    if (latencies.count() == 0) continue;
    LatencySeries::Values values;
    std::copy(latencies.classes.begin(), latencies.classes.end(), values.begin());
    values.back() = static_cast<uint64_t>(latencies.sum.count());
    rows.push_back({static_cast<uint16_t>(id), values, true});
    for (size_t i = 0; i < values.size(); ++i) totals[i] += values[i];
  }
  series.Update(rows, totals);
}

TrafficView::Interface TrafficSeries::ViewOf(const Interface& interface,
                                             const snapshot::InterfaceView& view) const {
  return {interface.label,
          view,
          HostSamples(interface.hosts),
          ApplicationSamples(interface, view.counters, application_labels_),
          LatencySamples(interface.handshakes, application_labels_),
          LatencySamples(interface.application_latencies, application_labels_)};
}

std::vector<LatencySample> TrafficSeries::LatencySamples(const LatencySeries& series,
                                                         const std::vector<std::string>& labels) {
  std::vector<LatencySample> samples;
  const auto add = [&](std::string application, const LatencySeries::Values& values) {
    model::LatencyHistogram latencies;
    std::copy_n(values.begin(), model::kLatencyClasses, latencies.classes.begin());
    latencies.sum = Duration(static_cast<int64_t>(values.back()));
    samples.push_back({std::move(application), latencies});
  };
  series.ForEach(
      [&](uint16_t id, const LatencySeries::Values& values) { add(LabelOf(id, labels), values); });
  add(std::string(kOther), series.other());
  return samples;
}

std::vector<HostSample> TrafficSeries::HostSamples(const HostSeries& series) {
  std::vector<HostSample> samples;
  samples.reserve(series.size() + 1);
  series.ForEach([&](const HostKey& key, const HostSeries::Values& values) {
    std::string host = key.ip.ToString();
    if (key.vlan != 0) host += "@" + std::to_string(key.vlan);
    samples.push_back({std::move(host), values[0], values[1]});
  });
  samples.push_back({std::string(kOther), series.other()[0], series.other()[1]});
  return samples;
}

std::vector<ApplicationSample> TrafficSeries::ApplicationSamples(
    const Interface& interface, const model::InterfaceCounters& counters,
    const std::vector<std::string>& labels) {
  std::vector<ApplicationSample> samples;
  samples.reserve(interface.applications.size() + 3);
  interface.applications.ForEach([&](uint16_t id, const ApplicationSeries::Values& values) {
    samples.push_back({LabelOf(id, labels), {values[1], values[0]}, values[2]});
  });
  const ApplicationSeries::Values& other = interface.applications.other();
  samples.push_back({std::string(kOther), {other[1], other[0]}, other[2]});
  samples.push_back({std::string(kNotIp), counters.not_ip(), 0, false});
  samples.push_back({std::string(kUndecodable), counters.undecodable_sum(), 0, false});
  return samples;
}

}  // namespace wiregauge::metrics
