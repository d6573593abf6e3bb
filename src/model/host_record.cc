// SPDX-License-Identifier: Apache-2.0
#include "model/host_record.h"

#include <algorithm>

namespace wiregauge::model {
namespace {

// What an item's key may have at most, in the list and out of it.
template <typename Item>
uint64_t MostBytes(const Item& item) {
  const TwoWay& traffic = item.tally.traffic;
  return traffic.sent.bytes + traffic.received.bytes + item.most_unlisted_bytes;
}

// A flow counts with its first report.
uint64_t FlowsOfReport(const FlowRecord& flow) {
  const bool is_first = flow.reported.client.sent.packets + flow.reported.server.sent.packets == 0;
  return is_first ? 1 : 0;
}

template <typename Part>
std::shared_ptr<const Part> SumOf(const std::shared_ptr<const Part>& one,
                                  const std::shared_ptr<const Part>& other) {
  if (one == nullptr || other == nullptr) return one != nullptr ? one : other;
  auto sum = std::make_shared<Part>(*one);
  *sum += *other;
  return sum;
}

}  // namespace

template <typename Key>
void TopTallies<Key>::Add(const Key& key, const Tally& tally) {
  const auto known = std::ranges::find(items, key, &Item::key);
  if (known != items.end()) {
    known->tally += tally;
    return;
  }
  if (items.size() < kMost) {
    items.push_back({key, tally, most_unlisted_bytes});
    return;
  }
  Item& smallest = *std::ranges::min_element(items, {}, MostBytes<Item>);
  other += smallest.tally;
  most_unlisted_bytes = MostBytes(smallest);
  smallest = {key, tally, most_unlisted_bytes};
}

template <typename Key>
void TopTallies<Key>::Merge(const TopTallies& from) {
  const uint64_t from_others = from.most_unlisted_bytes;
  std::vector<Item> rest = from.items;
  for (Item& item : items) {
    const auto same = std::ranges::find(rest, item.key, &Item::key);
    if (same == rest.end()) {
      item.most_unlisted_bytes += from_others;
      continue;
    }
    item.tally += same->tally;
    item.most_unlisted_bytes += same->most_unlisted_bytes;
    *same = std::move(rest.back());
    rest.pop_back();
  }
  for (Item& item : rest) {
    item.most_unlisted_bytes += most_unlisted_bytes;
    items.push_back(std::move(item));
  }
  other += from.other;
  most_unlisted_bytes += from_others;
}

template struct TopTallies<uint16_t>;
template struct TopTallies<PortKey>;
template struct TopTallies<IpAddress>;

void HostTallies::AddUnreported(const FlowRecord& flow, bool host_is_client) {
  const Traffic from_client = flow.unreported_client();
  const Traffic from_server = flow.unreported_server();
  if (from_client.packets + from_server.packets == 0) return;
  const Tally tally{
      host_is_client ? TwoWay{from_client, from_server} : TwoWay{from_server, from_client},
      FlowsOfReport(flow)};
  applications.Add(ApplicationIndex(flow.application), tally);
  if (flow.has_ports()) {
    if (flow.is_vain_attempt()) {
      ports.other += tally;
    } else {
      ports.Add({flow.l4_protocol, flow.server.port, !host_is_client}, tally);
    }
  }
  peers.Add(host_is_client ? flow.server.ip : flow.client.ip, tally);
}

size_t HostTallies::bytes() const {
  return sizeof(HostTallies) + applications.items.capacity() * sizeof(applications.items[0]) +
         ports.items.capacity() * sizeof(ports.items[0]) +
         peers.items.capacity() * sizeof(peers.items[0]);
}

std::vector<uint32_t> HostRecord::ActiveMinutes(Timestamp now) const {
  return activity.Minutes(details ? details->older_minutes : OlderMinutes{}, MinuteOf(now));
}

void HostRecord::Merge(const HostRecord& part) {
  MergeDetails(part);
  if (part.last_seen > last_seen) {
    mac = part.mac;
    mac_is_router = part.mac_is_router;
    place = part.place;
  }
  active = active || part.active;
  first_seen = std::min(first_seen, part.first_seen);
  last_seen = std::max(last_seen, part.last_seen);
  traffic += part.traffic;
  rate.Merge(part.rate);
  for (size_t i = 0; i < l4.size(); ++i) l4[i] += part.l4[i];
  sent_sizes += part.sent_sizes;
  received_sizes += part.received_sizes;
  tcp_sent += part.tcp_sent;
  tcp_received += part.tcp_received;
  tcp_flags_sent += part.tcp_flags_sent;
  tcp_flags_received += part.tcp_flags_received;
  active_flows_as_client += part.active_flows_as_client;
  active_flows_as_server += part.active_flows_as_server;
  flows_as_client += part.flows_as_client;
  flows_as_server += part.flows_as_server;
  dns = SumOf(dns, part.dns);
  http = SumOf(http, part.http);
  if (names == nullptr) {
    names = part.names;
  } else if (part.names != nullptr) {
    auto merged = std::make_shared<HostNames>(*names);
    merged->Merge(*part.names);
    names = std::move(merged);
  }
  low_goodput_flows_as_client += part.low_goodput_flows_as_client;
  low_goodput_flows_as_server += part.low_goodput_flows_as_server;
  if (part.tallies == nullptr) return;
  auto sum = tallies ? std::make_shared<HostTallies>(*tallies) : std::make_shared<HostTallies>();
  sum->applications.Merge(part.tallies->applications);
  sum->ports.Merge(part.tallies->ports);
  sum->peers.Merge(part.tallies->peers);
  tallies = std::move(sum);
}

void HostRecord::MergeDetails(const HostRecord& part) {
  static const HostDetails kNone;
  const HostDetails& from = part.details ? *part.details : kNone;
  auto sum = details ? std::make_shared<HostDetails>(*details) : std::make_shared<HostDetails>();
  sum->contacts_as_client.Merge(from.contacts_as_client);
  sum->contacts_as_server.Merge(from.contacts_as_server);
  sum->icmp.Merge(from.icmp);
  activity.Merge(sum->older_minutes, part.activity, from.older_minutes);
  details = std::move(sum);
}

void DeviceRecord::Merge(const DeviceRecord& part) {
  first_seen = std::min(first_seen, part.first_seen);
  last_seen = std::max(last_seen, part.last_seen);
  traffic += part.traffic;
  rate.Merge(part.rate);
  arp_requests_sent += part.arp_requests_sent;
  arp_replies_sent += part.arp_replies_sent;
  arp_requests_received += part.arp_requests_received;
  arp_replies_received += part.arp_replies_received;
  forwarding.Merge(part.forwarding);
  for (const IpAddress& address : part.addresses) AddAddress(address);
}

void DeviceRecord::AddAddress(const IpAddress& address) {
  const bool known = std::find(addresses.begin(), addresses.end(), address) != addresses.end();
  if (!known && addresses.size() < kMostAddresses) addresses.push_back(address);
}

void VlanRecord::AddUnreported(const FlowRecord& flow) {
  local_matrix[flow.client.local][flow.server.local] += flow.unreported_client();
  local_matrix[flow.server.local][flow.client.local] += flow.unreported_server();
  flows += FlowsOfReport(flow);
}

void VlanRecord::Merge(const VlanRecord& part) {
  traffic += part.traffic;
  rate.Merge(part.rate);
  local_matrix += part.local_matrix;
  flows += part.flows;
}

}  // namespace wiregauge::model
