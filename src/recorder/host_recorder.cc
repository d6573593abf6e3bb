// SPDX-License-Identifier: Apache-2.0
#include "recorder/host_recorder.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "model/application.h"

namespace wiregauge::recorder {
namespace {

using history::SeriesType;

constexpr std::array<std::string_view, 8> kMeasures = {"bytes_sent",
                                                       "bytes_received",
                                                       "packets_sent",
                                                       "packets_received",
                                                       "flows",
                                                       "tcp_retransmitted_packets",
                                                       "tcp_out_of_order_packets",
                                                       "tcp_lost_segments"};

constexpr std::string_view kHost = "host", kHostApplication = "host_application", kOther = "other";

std::array<uint64_t, 8> ValuesOf(const model::HostRecord& host) {
  return {host.traffic.sent.bytes,
          host.traffic.received.bytes,
          host.traffic.sent.packets,
          host.traffic.received.packets,
          host.flows_as_client + host.flows_as_server,
          host.tcp_sent.retransmitted_packets,
          host.tcp_sent.out_of_order_packets,
          host.tcp_sent.lost_segments};
}

// Of all hosts that ever were: each packet has a sender and a receiver, each flow two ends.
std::array<uint64_t, 8> TotalsOf(const model::InterfaceCounters& counters) {
  return {counters.in_flows.bytes,           counters.in_flows.bytes,
          counters.in_flows.packets,         counters.in_flows.packets,
          counters.flows_created * 2,        counters.tcp.retransmitted_packets,
          counters.tcp.out_of_order_packets, counters.tcp.lost_segments};
}

uint64_t BytesOf(const model::TwoWay& traffic) {
  return traffic.sent.bytes + traffic.received.bytes;
}

}  // namespace

HostRecorder::HostRecorder(const SeriesBudget& budget)
    : local_(budget.local_hosts),
      remote_(budget.remote_hosts),
      applications_((budget.local_hosts + budget.remote_hosts) * kApplicationsOfAHost) {}

size_t HostRecorder::HostKeyHash::operator()(const HostKey& key) const {
  const auto& bytes = key.ip.storage();
  return std::hash<std::string_view>()(
             {reinterpret_cast<const char*>(bytes.data()), bytes.size()}) ^
         key.vlan;
}

size_t HostRecorder::ApplicationKeyHash::operator()(const ApplicationKey& key) const {
  return HostKeyHash()(key.host) * 31 + key.application;
}

std::string HostRecorder::NameOf(const HostKey& key) {
  std::string name = key.ip.ToString();
  if (key.vlan != 0) name += "@" + std::to_string(key.vlan);
  return name;
}

HostRecorder::HostSeries& HostRecorder::SeriesOf(const HostKey& key, SeriesStep& step) {
  const auto [at, is_new] = series_.try_emplace(key);
  HostSeries& series = at->second;
  if (!is_new) return series;
  const std::string name = NameOf(key);
  for (size_t i = 0; i < kMeasures.size(); ++i) {
    series.counters[i] = step.Add(kHost, name, kMeasures[i], SeriesType::kCounter);
  }
  series.active_flows = step.Add(kHost, name, "active_flows", SeriesType::kGauge);
  series.other_applications =
      step.Add(kHostApplication, name + " other", "bytes", SeriesType::kCounter);
  return series;
}

void HostRecorder::Record(const snapshot::Snapshot& snapshot, uint16_t interface_index,
                          SeriesStep& step) {
  RecordHosts(snapshot, interface_index, step);
  RecordApplications(snapshot, interface_index, step);
}

void HostRecorder::RecordHosts(const snapshot::Snapshot& snapshot, uint16_t interface_index,
                               SeriesStep& step) {
  std::vector<Hosts::Row> local, remote;
  std::unordered_map<HostKey, Seen, HostKeyHash> seen;
  seen.reserve(seen_.size());
  new_hosts_.clear();
  for (const model::HostRecord& host : snapshot.hosts) {
    if (host.interface_index != interface_index) continue;
    const HostKey key{host.ip, host.vlan};
    const uint64_t now = BytesOf(host.traffic);
    const auto before = seen_.find(key);
    // It came, or it left and came again. When the clock went back, the first packet of who was
    // there already is yet to come, or is an earlier one now.
    const bool is_new =
        before == seen_.end() || host.first_seen > std::max(looked_at_, before->second.first);
    const uint64_t grown = is_new ? now : now - std::min(now, before->second.bytes);
    (host.local ? local : remote).push_back({key, ValuesOf(host), grown, is_new});
    if (is_new) new_hosts_.insert(key);
    seen.emplace(key, Seen{now, host.first_seen});
  }
  seen_ = std::move(seen);
  looked_at_ = snapshot.interfaces[interface_index].counters.now;
  local_.Update(local);
  remote_.Update(remote);

  const auto record = [&](const HostKey& key, const Hosts::Values& grown) {
    const HostSeries& series = SeriesOf(key, step);
    for (size_t i = 0; i < grown.size(); ++i) step.Put(series.counters[i], grown[i]);
    remainder_.Tell(grown);
  };
  local_.ForEach(record);
  remote_.ForEach(record);
  const Hosts::Values other =
      remainder_.Take(TotalsOf(snapshot.interfaces[interface_index].counters));
  for (size_t i = 0; i < other.size(); ++i) step.Grow(kHost, kOther, kMeasures[i], other[i]);
  GaugeActiveFlows(snapshot, interface_index, step);
}

void HostRecorder::GaugeActiveFlows(const snapshot::Snapshot& snapshot, uint16_t interface_index,
                                    SeriesStep& step) {
  for (const model::HostRecord& host : snapshot.hosts) {
    const HostKey key{host.ip, host.vlan};
    if (host.interface_index != interface_index || !HasSeries(key)) continue;
    step.Put(SeriesOf(key, step).active_flows,
             uint64_t{host.active_flows_as_client} + host.active_flows_as_server);
  }
}

// Of hosts with series: what their flows whose application is settled carried. Readers add what
// active flows have not reported.
HostRecorder::ApplicationsByHost HostRecorder::ApplicationsOf(const snapshot::Snapshot& snapshot,
                                                              uint16_t interface_index) const {
  ApplicationsByHost hosts;
  for (const model::HostRecord& host : snapshot.hosts) {
    const HostKey key{host.ip, host.vlan};
    if (host.interface_index != interface_index || !HasSeries(key)) continue;
    HostApplications& sums = hosts[key];
    sums.is_new = new_hosts_.contains(key);
    if (host.tallies == nullptr) continue;
    for (const auto& item : host.tallies->applications.items) {
      sums.bytes[item.key] += BytesOf(item.tally.traffic);
    }
    sums.unlisted_bytes = BytesOf(host.tallies->applications.other.traffic);
  }
  for (const auto& batch : snapshot.active_flows) {
    for (const model::FlowRecord& flow : *batch) {
      if (flow.interface_index != interface_index || flow.detecting) continue;
      const uint64_t bytes = flow.unreported_client().bytes + flow.unreported_server().bytes;
      for (const IpAddress& ip : {flow.client.ip, flow.server.ip}) {
        const auto host = hosts.find({ip, flow.vlan});
        if (host != hosts.end()) {
          host->second.bytes[model::ApplicationIndex(flow.application)] += bytes;
        }
      }
    }
  }
  return hosts;
}

uint64_t HostRecorder::HostApplications::total() const {
  uint64_t total = unlisted_bytes;
  for (const auto& [application, of_it] : bytes) total += of_it;
  return total;
}

std::vector<HostRecorder::Applications::Row> HostRecorder::RowsOf(
    const ApplicationsByHost& hosts) const {
  std::vector<Applications::Row> rows;
  for (const auto& [key, sums] : hosts) {
    const auto before = applications_by_host_.find(key);
    const bool was_there = before != applications_by_host_.end();
    for (const auto& [application, bytes] : sums.bytes) {
      const auto last = was_there ? before->second.bytes.find(application) : sums.bytes.end();
      const bool is_first = !was_there || last == before->second.bytes.end();
      const uint64_t grown = is_first ? bytes : bytes - std::min(bytes, last->second);
      rows.push_back({{key, application}, {bytes}, grown, is_first && (was_there || sums.is_new)});
    }
  }
  return rows;
}

void HostRecorder::RecordApplications(const snapshot::Snapshot& snapshot, uint16_t interface_index,
                                      SeriesStep& step) {
  ApplicationsByHost hosts = ApplicationsOf(snapshot, interface_index);
  // Who lost its series begins anew when it gets one again.
  applications_.Drop([this](const ApplicationKey& key) { return !HasSeries(key.host); });
  std::erase_if(series_, [this](const auto& entry) { return !HasSeries(entry.first); });
  applications_.Update(RowsOf(hosts));
  for (auto& [key, sums] : hosts) {
    const auto before = applications_by_host_.find(key);
    if (before != applications_by_host_.end()) {
      sums.remainder = before->second.remainder;
    } else if (!sums.is_new) {
      sums.remainder.Tell({sums.total()});  // what it had before belongs to no series of it
    }
  }
  applications_.ForEach([&](const ApplicationKey& key, const Applications::Values& grown) {
    const auto host = hosts.find(key.host);
    if (host == hosts.end()) return;
    const auto [series, is_new] =
        SeriesOf(key.host, step).applications.try_emplace(key.application);
    if (is_new) {
      const std::string& application = snapshot.catalogue->ApplicationName(key.application);
      series->second = step.Add(kHostApplication, NameOf(key.host) + " " + application, "bytes",
                                SeriesType::kCounter);
    }
    step.Put(series->second, grown[0]);
    host->second.remainder.Tell(grown);
  });
  for (auto& [key, sums] : hosts) {
    const auto other = sums.remainder.Take({sums.total()});
    step.Put(SeriesOf(key, step).other_applications, other[0]);
  }
  applications_by_host_ = std::move(hosts);
}

}  // namespace wiregauge::recorder
