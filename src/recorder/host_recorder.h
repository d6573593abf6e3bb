// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/ip_address.h"
#include "base/time.h"
#include "recorder/series_step.h"
#include "recorder/sticky_top.h"
#include "snapshot/snapshot.h"

namespace wiregauge::recorder {

// How many have series of their own: hosts of one interface, and series of scripts in all.
struct SeriesBudget {
  size_t local_hosts = 500;
  size_t remote_hosts = 100;
  size_t script_series = 1000;
};

// Series of one interface's hosts: traffic, flows, TCP health, and of each its applications with
// most traffic. All others are `other`, so that the series sum to what is in flows. Not
// thread-safe.
class HostRecorder {
 public:
  explicit HostRecorder(const SeriesBudget& budget);

  // What the hosts have done since the last time. The snapshot has rows.
  void Record(const snapshot::Snapshot& snapshot, uint16_t interface_index, SeriesStep& step);

  // StickyTop::TakeCut.
  uint64_t TakeCutHosts() { return local_.TakeCut() + remote_.TakeCut(); }
  uint64_t TakeCutApplications() { return applications_.TakeCut(); }

 private:
  static constexpr size_t kApplicationsOfAHost = 10;

  struct HostKey {
    IpAddress ip;
    uint16_t vlan = 0;

    auto operator<=>(const HostKey&) const = default;
  };
  struct HostKeyHash {
    size_t operator()(const HostKey& key) const;
  };
  struct ApplicationKey {
    HostKey host;
    uint16_t application = 0;  // ApplicationIndex

    auto operator<=>(const ApplicationKey&) const = default;
  };
  struct ApplicationKeyHash {
    size_t operator()(const ApplicationKey& key) const;
  };
  struct Seen {
    uint64_t bytes = 0;
    Timestamp first;
  };
  // By kMeasures in host_recorder.cc.
  using Hosts = StickyTop<HostKey, 8, HostKeyHash>;
  using Applications = StickyTop<ApplicationKey, 1, ApplicationKeyHash>;
  // Bytes of one host's flows by application, as far as it is settled.
  struct HostApplications {
    bool is_new = false;  // nothing of the host was there at the last step
    std::unordered_map<uint16_t, uint64_t> bytes;
    uint64_t unlisted_bytes = 0;
    Remainder<1> remainder;

    uint64_t total() const;
  };
  // The numbers of one host's series.
  struct HostSeries {
    std::array<uint32_t, 8> counters{};
    uint32_t active_flows = 0, other_applications = 0;
    std::unordered_map<uint16_t, uint32_t> applications;
  };
  using ApplicationsByHost = std::unordered_map<HostKey, HostApplications, HostKeyHash>;

  static std::string NameOf(const HostKey& key);
  HostSeries& SeriesOf(const HostKey& key, SeriesStep& step);
  void RecordHosts(const snapshot::Snapshot& snapshot, uint16_t interface_index, SeriesStep& step);
  void RecordApplications(const snapshot::Snapshot& snapshot, uint16_t interface_index,
                          SeriesStep& step);
  ApplicationsByHost ApplicationsOf(const snapshot::Snapshot& snapshot,
                                    uint16_t interface_index) const;
  void GaugeActiveFlows(const snapshot::Snapshot& snapshot, uint16_t interface_index,
                        SeriesStep& step);
  std::vector<Applications::Row> RowsOf(const ApplicationsByHost& hosts) const;
  bool HasSeries(const HostKey& key) const { return local_.Holds(key) || remote_.Holds(key); }

  Hosts local_, remote_;
  std::unordered_map<HostKey, HostSeries, HostKeyHash> series_;  // of hosts that have them
  Remainder<8> remainder_;
  std::unordered_set<HostKey, HostKeyHash> new_hosts_;  // of this step
  Applications applications_;
  ApplicationsByHost applications_by_host_;  // of hosts with series, at the last step
  // At the last step: of every host that was there, and the time of packets then.
  std::unordered_map<HostKey, Seen, HostKeyHash> seen_;
  Timestamp looked_at_{};
};

}  // namespace wiregauge::recorder
