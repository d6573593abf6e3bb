// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "snapshot/shard_slice.h"

namespace wiregauge::metrics {

// Stands in for the engine: shards with partial host rows that expire each by itself, and counters
// that obey the ledger of model::InterfaceCounters. Random, but the same for the same seed.
class TrafficModel {
 public:
  using Host = std::pair<IpAddress, uint16_t>;  // with its VLAN

  struct Options {
    uint32_t seed = 0;
    std::vector<uint32_t> workers = {1, 3};  // by interface
    uint32_t hosts = 60;
    uint32_t applications = 12;
  };

  explicit TrafficModel(const Options& options);

  // So many packets, with applications settling and host rows expiring between them. The first host
  // of each interface is in every tenth packet and never expires.
  void Run(size_t packets);
  std::shared_ptr<const snapshot::Snapshot> Take() const;

  IpAddress AddressOf(uint32_t host) const;
  // What the host really sent since the beginning.
  uint64_t BytesSent(size_t interface, const Host& host) const;
  size_t expired() const { return expired_; }
  size_t came_back() const { return came_back_; }

 private:
  struct Shard {
    uint16_t interface = 0;
    model::InterfaceCounters counters;
    std::map<Host, model::HostRecord> hosts;
  };

  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }
  Host PickHost();
  void Packet(Shard& shard);
  void Settle(Shard& shard);
  void ExpireOne(Shard& shard);
  model::HostRecord& RowOf(Shard& shard, const Host& host, Timestamp time);

  Options options_;
  std::mt19937 random_;
  std::vector<Shard> shards_;
  std::vector<snapshot::InterfaceFacts> facts_;
  std::shared_ptr<const model::ApplicationCatalogue> catalogue_;
  Timestamp time_{std::chrono::seconds(1'700'000'000)};
  std::map<std::pair<size_t, Host>, uint64_t> sent_;
  uint32_t newest_host_ = 0;
  size_t expired_ = 0, came_back_ = 0;
};

}  // namespace wiregauge::metrics
