// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "publish/api/handlers.h"
#include "publish/api/host_match.h"
#include "publish/api/mac_filter.h"
#include "publish/api/page.h"
#include "publish/api/responses.h"
#include "publish/json/text_forms.h"

namespace wiregauge::api {
namespace {

using Device = model::DeviceRecord;
using Vlan = snapshot::VlanRow;
using View = snapshot::Snapshot;

template <typename Row>
model::Rates RatesOf(const Row& row, const View& snapshot) {
  return row.rate.At(snapshot.interfaces[row.interface_index].rates_at());
}

constexpr SortField<Device> kDeviceSorts[] = {
    {"mac", [](const Device& d, const View&) { return KeyOf(d.mac); }},
    {"mac_vendor",
     [](const Device& d, const View& s) { return NumberOrNone(s.vendors->NumberOf(d.mac)); }},
    {"first_seen", [](const Device& d, const View&) { return KeyOf(d.first_seen); }},
    {"last_seen", [](const Device& d, const View&) { return KeyOf(d.last_seen); }},
    {"packets_sent", [](const Device& d, const View&) { return KeyOf(d.traffic.sent.packets); }},
    {"bytes_sent", [](const Device& d, const View&) { return KeyOf(d.traffic.sent.bytes); }},
    {"packets_received",
     [](const Device& d, const View&) { return KeyOf(d.traffic.received.packets); }},
    {"bytes_received",
     [](const Device& d, const View&) { return KeyOf(d.traffic.received.bytes); }},
    {"packets",
     [](const Device& d, const View&) {
       return KeyOf(d.traffic.sent.packets + d.traffic.received.packets);
     }},
    {"bytes", [](const Device& d,
                 const View&) { return KeyOf(d.traffic.sent.bytes + d.traffic.received.bytes); }},
    {"throughput_bps.now",
     [](const Device& d, const View& s) { return KeyOf(RatesOf(d, s).bits_per_second_now); }},
    {"throughput_bps.peak",
     [](const Device& d, const View& s) { return KeyOf(RatesOf(d, s).bits_per_second_peak); }},
    {"packets_per_second.now",
     [](const Device& d, const View& s) { return KeyOf(RatesOf(d, s).packets_per_second_now); }},
    {"packets_per_second.peak",
     [](const Device& d, const View& s) { return KeyOf(RatesOf(d, s).packets_per_second_peak); }},
    {"arp_requests_sent", [](const Device& d, const View&) { return KeyOf(d.arp_requests_sent); }},
    {"arp_replies_sent", [](const Device& d, const View&) { return KeyOf(d.arp_replies_sent); }},
    {"arp_requests_received",
     [](const Device& d, const View&) { return KeyOf(d.arp_requests_received); }},
    {"arp_replies_received",
     [](const Device& d, const View&) { return KeyOf(d.arp_replies_received); }},
};

template <bool kSender, bool kReceiver>
SortKey BytesOf(const Vlan& vlan, const View&) {
  return KeyOf(vlan.vlan.local_matrix[kSender][kReceiver].bytes);
}

constexpr SortField<Vlan> kVlanSorts[] = {
    {"vlan", [](const Vlan& v, const View&) { return KeyOf(uint64_t{v.vlan.vlan}); }},
    {"packets", [](const Vlan& v, const View&) { return KeyOf(v.vlan.traffic.packets); }},
    {"bytes", [](const Vlan& v, const View&) { return KeyOf(v.vlan.traffic.bytes); }},
    {"throughput_bps.now",
     [](const Vlan& v, const View& s) { return KeyOf(RatesOf(v.vlan, s).bits_per_second_now); }},
    {"throughput_bps.peak",
     [](const Vlan& v, const View& s) { return KeyOf(RatesOf(v.vlan, s).bits_per_second_peak); }},
    {"packets_per_second.now",
     [](const Vlan& v, const View& s) { return KeyOf(RatesOf(v.vlan, s).packets_per_second_now); }},
    {"packets_per_second.peak",
     [](const Vlan& v, const View& s) {
       return KeyOf(RatesOf(v.vlan, s).packets_per_second_peak);
     }},
    {"local_matrix.local_to_local.bytes", BytesOf<true, true>},
    {"local_matrix.local_to_remote.bytes", BytesOf<true, false>},
    {"local_matrix.remote_to_local.bytes", BytesOf<false, true>},
    {"local_matrix.remote_to_remote.bytes", BytesOf<false, false>},
    {"flows", [](const Vlan& v, const View&) { return KeyOf(v.vlan.flows); }},
    {"active_flows", [](const Vlan& v, const View&) { return KeyOf(v.active_flows); }},
    {"hosts", [](const Vlan& v, const View&) { return KeyOf(v.hosts); }},
};

// The parameters that choose among devices.
class DeviceFilter {
 public:
  DeviceFilter(Query& query, const View& snapshot)
      : interfaces_(ReadInterfaces(query, snapshot)),
        macs_(query, *snapshot.vendors),
        is_router_(query.Boolean("is_router")) {
    for (const std::string_view text : query.AnyOf("text")) texts_.push_back(ToLower(text));
  }

  bool Matches(const Device& device) const {
    return (interfaces_.empty() || Contains(interfaces_, device.interface_index)) &&
           macs_.Matches(device.mac) &&
           (!is_router_ || *is_router_ == device.forwarding.is_router()) &&
           (texts_.empty() || std::ranges::any_of(texts_, [&](const std::string& text) {
              return macs_.Holds(device.mac, text) || AddressesHold(device, text);
            }));
  }

 private:
  static bool AddressesHold(const Device& device, const std::string& text) {
    return std::ranges::any_of(device.addresses, [&](const IpAddress& address) {
      return json::TextForm(address).view().find(text) != std::string_view::npos;
    });
  }

  std::vector<uint16_t> interfaces_;
  const MacFilter macs_;
  std::optional<bool> is_router_;
  std::vector<std::string> texts_;
};

}  // namespace

Response ListDevices(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {
      "interface", "mac", "mac_vendor", "is_router", "text", "limit", "cursor", "sort", "fields"};
  const auto snapshot = Rows(dependencies);
  Query query(request, kParameters);
  const PageRequest<Device> page(query, kDeviceSorts, "-bytes", json::DeviceFields());
  const DeviceFilter filter(query, *snapshot);
  if (auto refusal = query.refusal()) return *refusal;
  auto selector = page.Selector();
  for (const Device& device : snapshot->devices) {
    if (filter.Matches(device)) selector.Offer(page.RankOf(device, *snapshot), device);
  }
  return page.Respond(selector, [&](json::Writer& writer, const Device& device) {
    json::WriteDevice(writer, device,
                      ContextOf(device.interface_index, *snapshot, dependencies.places));
  });
}

Response ListVlans(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {"interface", "vlan", "limit",
                                                     "cursor",    "sort", "fields"};
  const auto snapshot = Rows(dependencies);
  Query query(request, kParameters);
  const PageRequest<Vlan> page(query, kVlanSorts, "vlan", json::VlanFields());
  const auto interfaces = ReadInterfaces(query, *snapshot);
  const auto vlans = query.AnyOf<uint16_t>("vlan", "a VLAN from 0 (untagged) to 4095", ParseVlan);
  if (auto refusal = query.refusal()) return *refusal;
  auto selector = page.Selector();
  const std::vector<Vlan> rows = VlansOf(*snapshot);
  for (const Vlan& row : rows) {
    if (!interfaces.empty() && !Contains(interfaces, row.vlan.interface_index)) continue;
    if (!vlans.empty() && !Contains(vlans, row.vlan.vlan)) continue;
    selector.Offer(page.RankOf(row, *snapshot), row);
  }
  return page.Respond(selector, [&](json::Writer& writer, const Vlan& row) {
    json::WriteVlan(writer, row,
                    ContextOf(row.vlan.interface_index, *snapshot, dependencies.places));
  });
}

}  // namespace wiregauge::api
