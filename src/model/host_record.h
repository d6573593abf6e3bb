// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/ip_address.h"
#include "base/mac_address.h"
#include "base/time.h"
#include "model/activity.h"
#include "model/flow_record.h"
#include "model/forwarding.h"
#include "model/host_details.h"
#include "model/host_messages.h"
#include "model/host_names.h"
#include "model/place.h"
#include "model/tcp_flag_counts.h"
#include "model/traffic.h"
#include "model/two_way.h"

namespace wiregauge::model {

struct Tally {
  TwoWay traffic;
  uint64_t flows = 0;

  Tally& operator+=(const Tally& other) {
    traffic += other.traffic;
    flows += other.flows;
    return *this;
  }
};

// A port this host had in a flow, with its role: the port it served, or the server's port it asked.
struct PortKey {
  uint8_t l4_protocol = 0;
  uint16_t port = 0;
  bool as_server = false;

  auto operator<=>(const PortKey&) const = default;
};

// Sums by key for the keys with most bytes, in bounded memory (Space-Saving, Metwally et al. 2005).
// When there is no room a new key takes the place of the smallest one, whose sums go into `other`.
// So the sum over all is exact, whoever comes last can become big, and every key with more than
// 1/kMost of all bytes is there. What an item had before it came, or came back, is in `other` and
// known up to a bound. The sum of several does not depend on their order.
template <typename Key>
struct TopTallies {
  static constexpr size_t kMost = 128;

  struct Item {
    Key key;
    Tally tally;
    uint64_t most_unlisted_bytes = 0;  // of the key, at most so many are in `other`
  };

  std::vector<Item> items;  // kMost of one shard's; of several, all they have
  Tally other;
  uint64_t most_unlisted_bytes = 0;  // a key that is no item has at most so many

  void Add(const Key& key, const Tally& tally);
  void Merge(const TopTallies& from);
};

// Sums over a host's finished flow records. What its active flows carried since their last report
// is not in here: readers add it from the flow records (snapshot/host_view.h).
struct HostTallies {
  TopTallies<uint16_t> applications;  // by ApplicationIndex
  TopTallies<PortKey> ports;
  TopTallies<IpAddress> peers;

  // Adds what the flow carried since its last report, seen from its client or its server. The flow
  // itself is counted with its first report.
  void AddUnreported(const FlowRecord& flow, bool host_is_client);

  // All memory it takes.
  size_t bytes() const;
};

// A host on one interface and VLAN. From one shard it is partial: a host's flows hash apart, and
// its row is the sum over the shards.
struct HostRecord {
  IpAddress ip;
  // Of the frames of its newest flow: their sender's, or, while it sent none, whom they are for. A
  // router's for a remote host.
  MacAddress mac;
  // Whether that is a router's: then it says nothing of the machine, unless the host is the router.
  // Nothing when it cannot be told. Only in snapshots: it takes all shards' devices.
  std::optional<bool> mac_is_router;
  uint16_t vlan = 0;
  uint16_t interface_index = 0;
  bool local = false;  // in a local network: place.network is not 0
  // It has a flow, or had a packet within hosts.idle_timeout. Local hosts are kept for longer.
  bool active = true;
  Place place;
  Activity activity;  // minutes with a packet, sent or received, by the clock of the source
  Timestamp first_seen, last_seen;
  TwoWay traffic;
  RateMeter rate;  // both directions
  std::array<TwoWay, kL4Classes> l4;
  PacketSizes sent_sizes, received_sizes;
  TcpHealth tcp_sent, tcp_received;
  TcpFlagCounts tcp_flags_sent, tcp_flags_received;
  uint32_t active_flows_as_client = 0, active_flows_as_server = 0;
  uint64_t flows_as_client = 0, flows_as_server = 0;  // since first seen, active ones included
  // Of these, the ones that ended with a low goodput or are active and have it now (goodput.h).
  uint64_t low_goodput_flows_as_client = 0, low_goodput_flows_as_server = 0;
  std::shared_ptr<const HostTallies> tallies;  // null when no flow has ended yet
  std::shared_ptr<const HostDns> dns;          // null when it speaks none
  std::shared_ptr<const HostHttp> http;        // null when it speaks none
  std::shared_ptr<const HostNames> names;      // null when it has none
  std::shared_ptr<const HostDetails> details;  // null when there is nothing to tell

  // Different addresses it opened flows to, or had flows opened from (contact_sketch.h).
  uint64_t contacts_as_client() const {
    return details ? details->contacts_as_client.Estimate() : 0;
  }
  uint64_t contacts_as_server() const {
    return details ? details->contacts_as_server.Estimate() : 0;
  }
  // The minutes of the 24 hours up to `now` in which it was active, ascending.
  std::vector<uint32_t> ActiveMinutes(Timestamp now) const;

  // Adds another shard's part of the same host.
  void Merge(const HostRecord& part);

 private:
  void MergeDetails(const HostRecord& part);
};

// A MAC address on one interface.
struct DeviceRecord {
  MacAddress mac;
  uint16_t interface_index = 0;
  Timestamp first_seen, last_seen;
  TwoWay traffic;
  RateMeter rate;
  // Received: in frames to its address, for a broadcast to that of all.
  uint64_t arp_requests_sent = 0, arp_replies_sent = 0;
  uint64_t arp_requests_received = 0, arp_replies_received = 0;
  ForwardingEvidence forwarding;
  std::vector<IpAddress> addresses;  // of local hosts it sent frames for; the first ones

  static constexpr size_t kMostAddresses = 8;
  // Keeps the address unless it is known or there is no room.
  void AddAddress(const IpAddress& address);
  void Merge(const DeviceRecord& part);
};

// A VLAN on one interface: all frames of it, and the sums over its flows' records. What its active
// flows carried since their last report is not in the sums: readers add it (snapshot::VlansOf).
struct VlanRecord {
  uint16_t vlan = 0;  // 0: untagged frames
  uint16_t interface_index = 0;
  Traffic traffic;  // frames without flow included
  RateMeter rate;
  LocalMatrix local_matrix{};
  uint64_t flows = 0;

  // Adds what the flow carried since its last report; the flow itself counts with its first one.
  void AddUnreported(const FlowRecord& flow);
  void Merge(const VlanRecord& part);
};

}  // namespace wiregauge::model
