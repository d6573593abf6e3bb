// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/time.h"
#include "publish/prometheus/top_series.h"
#include "snapshot/snapshot.h"

namespace wiregauge::metrics {

struct SeriesLimits {
  size_t top_hosts = 0;  // hosts of an interface that get a series without outweighing others
  size_t series_per_family = 0;  // over all interfaces; what fixed names make is not counted
};

struct HostSample {
  std::string host;  // "192.0.2.1", "2001:db8::1@42", "other"
  uint64_t bytes_sent = 0, bytes_received = 0;
};

struct ApplicationSample {
  std::string application;  // libndpi's name, "not_ip", "undecodable", "other"
  model::Traffic traffic;
  uint64_t flows = 0;
  bool has_flows = true;  // what is not IP has none
};

// The series of one histogram of latencies: its buckets with +Inf, its sum and its count.
inline constexpr size_t kHistogramSeries = model::kLatencyClasses + 2;

struct LatencySample {
  std::string application;  // libndpi's name, "other"
  model::LatencyHistogram latencies;
};

// Everything of one instant that a scrape tells of traffic. Immutable.
struct TrafficView {
  struct Interface {
    std::string label;  // unique
    snapshot::InterfaceView view;
    std::vector<HostSample> hosts;
    std::vector<ApplicationSample> applications;
    std::vector<LatencySample> handshakes, application_latencies;
  };

  SteadyTime taken_at;
  bool final = false;  // nothing will change any more: the age says nothing
  std::vector<Interface> interfaces;
  model::ReverseLookupCounters reverse_lookups;
  // TopSeries::folded
  uint64_t folded_hosts = 0, folded_applications = 0, folded_handshakes = 0;
  uint64_t folded_application_latencies = 0;
};

// Remembers which hosts and applications have series, from scrape to scrape. Thread-safe; the lock
// puts scrapes in order and nobody else takes it.
class TrafficSeries {
 public:
  explicit TrafficSeries(const SeriesLimits& limits) : limits_(limits) {}

  // The view of this snapshot; or, when scrapes overtook each other and it is older than the last
  // one, the newest view: counters that were told never go back. Snapshots of one process are
  // totally ordered. One without rows, which the source promises not to give, is like an older one.
  std::shared_ptr<const TrafficView> Update(const snapshot::Snapshot& snapshot)
      WIREGAUGE_EXCLUDES(mutex_);

 private:
  struct HostKey {
    IpAddress ip;
    uint16_t vlan = 0;
    auto operator<=>(const HostKey&) const = default;
  };
  struct HostKeyHash {
    size_t operator()(const HostKey& key) const;
  };
  using HostSeries = TopSeries<HostKey, 2, HostKeyHash>;  // bytes sent, received
  using ApplicationSeries = TopSeries<uint16_t, 3>;       // bytes, packets, flows
  // Latencies of each class, their sum in nanoseconds.
  using LatencySeries = TopSeries<uint16_t, model::kLatencyClasses + 1>;

  struct Interface {
    Interface(std::string name, size_t top_hosts, size_t most_hosts, size_t most_applications,
              size_t most_latencies)
        : label(std::move(name)),
          hosts(top_hosts, most_hosts),
          applications(most_applications, most_applications),
          handshakes(most_latencies, most_latencies),
          application_latencies(most_latencies, most_latencies) {}

    std::string label;
    HostSeries hosts;
    ApplicationSeries applications;
    LatencySeries handshakes, application_latencies;
    // Packet time of the last update; nothing before the first. A row first seen later was not
    // there.
    Timestamp seen_until = Timestamp::min();
  };

  void Prepare(const snapshot::Snapshot& snapshot) WIREGAUGE_REQUIRES(mutex_);
  bool IsOlder(const snapshot::Snapshot& snapshot) const WIREGAUGE_REQUIRES(mutex_);
  void UpdateHosts(const snapshot::Snapshot& snapshot) WIREGAUGE_REQUIRES(mutex_);
  // `of`: what is counted of each application.
  static void UpdateLatencies(LatencySeries& series, const model::InterfaceCounters& counters,
                              model::LatencyHistogram model::ApplicationCounters::*of);
  static void UpdateApplications(Interface& interface, const model::InterfaceCounters& counters);
  TrafficView::Interface ViewOf(const Interface& interface,
                                const snapshot::InterfaceView& view) const
      WIREGAUGE_REQUIRES(mutex_);
  static std::vector<LatencySample> LatencySamples(const LatencySeries& series,
                                                   const std::vector<std::string>& labels);
  static std::vector<HostSample> HostSamples(const HostSeries& series);
  static std::vector<ApplicationSample> ApplicationSamples(const Interface& interface,
                                                           const model::InterfaceCounters& counters,
                                                           const std::vector<std::string>& labels);

  const SeriesLimits limits_;
  Mutex mutex_;
  std::vector<Interface> interfaces_ WIREGAUGE_GUARDED_BY(mutex_);
  std::vector<std::string> application_labels_ WIREGAUGE_GUARDED_BY(mutex_);  // by id, unique
  std::shared_ptr<const TrafficView> newest_ WIREGAUGE_GUARDED_BY(mutex_);
};

}  // namespace wiregauge::metrics
