// SPDX-License-Identifier: Apache-2.0
#include "publish/api/host_sorts.h"

namespace wiregauge::api {
namespace {

using Host = model::HostRecord;
using View = snapshot::Snapshot;

model::Rates RatesOf(const Host& host, const View& snapshot) {
  return host.rate.At(snapshot.interfaces[host.interface_index].rates_at());
}

constexpr std::string_view kEngagedSort = "alerts.engaged", kTotalSort = "alerts.total";

constexpr SortField<Host> kSorts[] = {
    {"ip", [](const Host& h, const View&) { return KeyOf(h.ip); }, true},
    {"vlan", [](const Host& h, const View&) { return KeyOf(uint64_t{h.vlan}); }},
    {"mac_vendor",
     [](const Host& h, const View& s) { return NumberOrNone(s.vendors->NumberOf(h.mac)); }},
    {"asn", [](const Host& h, const View&) { return NumberOrNone(h.place.asn); }},
    {"first_seen", [](const Host& h, const View&) { return KeyOf(h.first_seen); }},
    {"last_seen", [](const Host& h, const View&) { return KeyOf(h.last_seen); }},
    {"packets_sent", [](const Host& h, const View&) { return KeyOf(h.traffic.sent.packets); }},
    {"bytes_sent", [](const Host& h, const View&) { return KeyOf(h.traffic.sent.bytes); }},
    {"packets_received",
     [](const Host& h, const View&) { return KeyOf(h.traffic.received.packets); }},
    {"bytes_received", [](const Host& h, const View&) { return KeyOf(h.traffic.received.bytes); }},
    {"packets",
     [](const Host& h, const View&) {
       return KeyOf(h.traffic.sent.packets + h.traffic.received.packets);
     }},
    {"bytes", [](const Host& h,
                 const View&) { return KeyOf(h.traffic.sent.bytes + h.traffic.received.bytes); }},
    {"throughput_bps.now",
     [](const Host& h, const View& s) { return KeyOf(RatesOf(h, s).bits_per_second_now); }},
    {"throughput_bps.peak",
     [](const Host& h, const View& s) { return KeyOf(RatesOf(h, s).bits_per_second_peak); }},
    {"packets_per_second.now",
     [](const Host& h, const View& s) { return KeyOf(RatesOf(h, s).packets_per_second_now); }},
    {"packets_per_second.peak",
     [](const Host& h, const View& s) { return KeyOf(RatesOf(h, s).packets_per_second_peak); }},
    {"active_flows_as_client",
     [](const Host& h, const View&) { return KeyOf(uint64_t{h.active_flows_as_client}); }},
    {"active_flows_as_server",
     [](const Host& h, const View&) { return KeyOf(uint64_t{h.active_flows_as_server}); }},
    {"flows_as_client", [](const Host& h, const View&) { return KeyOf(h.flows_as_client); }},
    {"flows_as_server", [](const Host& h, const View&) { return KeyOf(h.flows_as_server); }},
    {"low_goodput_flows_as_client",
     [](const Host& h, const View&) { return KeyOf(h.low_goodput_flows_as_client); }},
    {"low_goodput_flows_as_server",
     [](const Host& h, const View&) { return KeyOf(h.low_goodput_flows_as_server); }},
    {"contacts_as_client",
     [](const Host& h, const View&) { return KeyOf(h.contacts_as_client()); }},
    {"contacts_as_server",
     [](const Host& h, const View&) { return KeyOf(h.contacts_as_server()); }},
    // Snapshots do not know them: RankOf looks.
    {kEngagedSort, [](const Host&, const View&) { return kNotKnown; }},
    {kTotalSort, [](const Host&, const View&) { return kNotKnown; }},
};

}  // namespace

std::span<const SortField<Host>> HostSorts() { return kSorts; }

std::optional<model::HostAlertCounts> HostAlertsIn::Of(const Host& host) const {
  if (hosts_ == nullptr) return std::nullopt;
  return hosts_->Of(snapshot_.interfaces[host.interface_index].name, host.ip, host.vlan);
}

int64_t HostAlertsIn::RankOf(const Host& host, const Ordering<Host>& ordering) const {
  const std::string_view sort = ordering.field->name;
  if (sort != kEngagedSort && sort != kTotalSort) return ordering.RankOf(host, snapshot_);
  const auto counts = Of(host);
  if (!counts) return ordering.RankOf(host, snapshot_);
  return ordering.RankOf(KeyOf(sort == kEngagedSort ? counts->engaged : counts->total));
}

}  // namespace wiregauge::api
