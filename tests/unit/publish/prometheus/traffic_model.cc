// SPDX-License-Identifier: Apache-2.0
#include "traffic_model.h"

#include <string>

namespace wiregauge::metrics {

TrafficModel::TrafficModel(const Options& options) : options_(options), random_(options.seed) {
  auto catalogue = std::make_shared<model::ApplicationCatalogue>();
  for (uint32_t i = 0; i < options_.applications; ++i) {
    catalogue->applications.push_back({"App" + std::to_string(i), 0, "Safe"});
  }
  catalogue_ = catalogue;
  for (size_t i = 0; i < options_.workers.size(); ++i) {
    facts_.push_back(
        {"if" + std::to_string(i), "if" + std::to_string(i), true, options_.workers[i]});
    for (uint32_t worker = 0; worker < options_.workers[i]; ++worker) {
      Shard& shard = shards_.emplace_back();
      shard.interface = static_cast<uint16_t>(i);
      shard.counters.applications.resize(options_.applications);
    }
  }
}

IpAddress TrafficModel::AddressOf(uint32_t host) const {
  const std::array<uint8_t, 4> bytes = {10, static_cast<uint8_t>(host >> 16),
                                        static_cast<uint8_t>(host >> 8),
                                        static_cast<uint8_t>(host)};
  return IpAddress::V4(bytes);
}

uint64_t TrafficModel::BytesSent(size_t interface, const Host& host) const {
  const auto sent = sent_.find({interface, host});
  return sent == sent_.end() ? 0 : sent->second;
}

// Old hosts of a moving window, so that new ones keep coming; few of them carry most of the
// traffic.
TrafficModel::Host TrafficModel::PickHost() {
  if (Below(10) == 0) return {AddressOf(0), 0};
  if (Below(20) == 0) ++newest_host_;
  const uint32_t back = std::min(Below(options_.hosts), Below(options_.hosts));
  const uint32_t host = 1 + newest_host_ + options_.hosts - back;
  return {AddressOf(host), static_cast<uint16_t>(host % 7 == 0 ? 42 : 0)};
}

model::HostRecord& TrafficModel::RowOf(Shard& shard, const Host& host, Timestamp time) {
  const auto [at, is_new] = shard.hosts.try_emplace(host);
  model::HostRecord& row = at->second;
  if (is_new) {
    row.ip = host.first;
    row.vlan = host.second;
    row.interface_index = shard.interface;
    row.first_seen = time;
    if (BytesSent(shard.interface, host) > 0) ++came_back_;
  }
  row.last_seen = std::max(row.last_seen, time);
  return row;
}

void TrafficModel::Packet(Shard& shard) {
  // Packets may share a time, and one in twenty is late.
  time_ += std::chrono::microseconds(Below(3));
  const Timestamp time = Below(20) == 0 ? time_ - std::chrono::microseconds(Below(50)) : time_;
  const uint32_t bytes = Below(50) == 0 ? 20000 + Below(40000) : 60 + Below(1455);
  model::InterfaceCounters& counters = shard.counters;
  counters.now = std::max(counters.now, time);
  counters.received.Add(bytes);
  counters.packet_sizes.Add(bytes);
  const uint32_t kind = Below(30);
  if (kind == 0) return counters.undecodable[1 + Below(model::kDecodeErrors - 1)].Add(bytes);
  if (kind == 1) return counters.l3[2 + Below(2)].Add(bytes);
  counters.l3[Below(2)].Add(bytes);
  counters.l4[Below(model::kL4Classes)].Add(bytes);
  counters.in_flows.Add(bytes);
  counters.detecting.Add(bytes);
  const Host from = PickHost(), to = PickHost();
  RowOf(shard, from, time).traffic.sent.Add(bytes);
  RowOf(shard, to, time).traffic.received.Add(bytes);
  sent_[{shard.interface, from}] += bytes;
}

// All that is being detected goes to one application.
void TrafficModel::Settle(Shard& shard) {
  model::ApplicationCounters& application =
      shard.counters
          .applications[std::min(Below(options_.applications), Below(options_.applications))];
  application.traffic += shard.counters.detecting;
  ++application.flows;
  shard.counters.detecting = {};
}

void TrafficModel::ExpireOne(Shard& shard) {
  if (shard.hosts.size() < 2) return;
  auto at = shard.hosts.begin();
  std::advance(at, Below(static_cast<uint32_t>(shard.hosts.size())));
  if (at->first == Host{AddressOf(0), 0}) return;
  shard.counters.departed_hosts += at->second.traffic;
  ++shard.counters.hosts_expired;
  shard.hosts.erase(at);
  ++expired_;
}

void TrafficModel::Run(size_t packets) {
  for (size_t i = 0; i < packets; ++i) {
    Shard& shard = shards_[Below(static_cast<uint32_t>(shards_.size()))];
    Packet(shard);
    if (Below(8) == 0) Settle(shard);
    if (Below(4) == 0) ExpireOne(shard);
  }
}

std::shared_ptr<const snapshot::Snapshot> TrafficModel::Take() const {
  std::vector<std::shared_ptr<const snapshot::ShardSlice>> slices;
  for (const Shard& shard : shards_) {
    auto slice = std::make_shared<snapshot::ShardSlice>();
    slice->detail = snapshot::Detail::kRows;
    slice->interface_index = shard.interface;
    slice->state = "open";
    slice->counters = shard.counters;
    for (const auto& [host, row] : shard.hosts) slice->hosts.push_back(row);
    slices.push_back(slice);
  }
  return snapshot::Merge({}, catalogue_, facts_, snapshot::Detail::kRows, slices);
}

}  // namespace wiregauge::metrics
