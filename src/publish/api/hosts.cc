// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "publish/api/handlers.h"
#include "publish/api/host_match.h"
#include "publish/api/host_path.h"
#include "publish/api/mac_filter.h"
#include "publish/api/page.h"
#include "publish/api/place_filter.h"
#include "publish/api/responses.h"
#include "publish/json/text_forms.h"

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

constexpr std::string_view kListParameters[] = {
    "interface", "host",  "local",   "active", "ip_version", "vlan",
    "network",   "asn",   "country", "pool",   "mac",        "mac_vendor",
    "text",      "limit", "cursor",  "sort",   "fields"};

// The parameters that choose among hosts.
class HostFilter {
 public:
  HostFilter(Query& query, const View& snapshot, const model::PlaceNames& places)
      : interfaces_(ReadInterfaces(query, snapshot)),
        hosts_(query.AnyOf<HostMatch>("host", kHostForm, HostMatch::Parse)),
        local_(query.Boolean("local")),
        active_(query.Boolean("active")),
        ip_version_(ReadIpVersion(query)),
        vlans_(query.AnyOf<uint16_t>("vlan", "a VLAN from 0 (untagged) to 4095", ParseVlan)),
        macs_(query, *snapshot.vendors),
        networks_(ReadNetworks(query, places)),
        place_(query, places) {
    for (const std::string_view text : query.AnyOf("text")) texts_.push_back(ToLower(text));
  }

  bool Matches(const Host& host) const {
    return (interfaces_.empty() || Contains(interfaces_, host.interface_index)) &&
           HoldsHost(hosts_, host) && (!local_ || *local_ == host.local) &&
           (!active_ || *active_ == host.active) &&
           (!ip_version_ || *ip_version_ == host.ip.version()) &&
           (vlans_.empty() || Contains(vlans_, host.vlan)) && macs_.Matches(host.mac) &&
           HoldsHost(networks_, host) && place_.Matches(host.place) && MatchesTexts(host);
  }

 private:
  // An empty list holds every host.
  static bool HoldsHost(const std::vector<HostMatch>& list, const Host& host) {
    return list.empty() || std::any_of(list.begin(), list.end(), [&](const HostMatch& match) {
             return match.Matches(host.ip, host.vlan);
           });
  }
  static bool NamesHold(const Host& host, const std::string& text) {
    if (host.names == nullptr) return false;
    const auto& names = host.names->all();
    return std::any_of(names.begin(), names.end(), [&](const model::HostName& name) {
      return HoldsIgnoringCase(name.name, text);
    });
  }
  bool MatchesTexts(const Host& host) const {
    if (texts_.empty()) return true;
    const json::TextForm ip(host.ip);
    return std::any_of(texts_.begin(), texts_.end(), [&](const std::string& text) {
      return NamesHold(host, text) || ip.view().find(text) != std::string_view::npos ||
             macs_.Holds(host.mac, text);
    });
  }

  std::vector<uint16_t> interfaces_;
  std::vector<HostMatch> hosts_;
  std::optional<bool> local_, active_;
  std::optional<uint8_t> ip_version_;
  std::vector<uint16_t> vlans_;
  const MacFilter macs_;
  std::vector<HostMatch> networks_;
  const PlaceFilter place_;
  std::vector<std::string> texts_;
};

// How many alerts there are about hosts; nothing is known while alerts are off.
class Alerts {
 public:
  Alerts(const Dependencies& dependencies, const View& snapshot)
      : snapshot_(snapshot),
        hosts_(dependencies.alerts != nullptr ? dependencies.alerts->host_alerts() : nullptr) {}

  std::optional<model::HostAlertCounts> Of(const Host& host) const {
    if (hosts_ == nullptr) return std::nullopt;
    return hosts_->Of(snapshot_.interfaces[host.interface_index].name, host.ip, host.vlan);
  }
  int64_t RankOf(const Host& host, const PageRequest<Host>& page) const {
    const std::string_view sort = page.ordering().field->name;
    if (sort != kEngagedSort && sort != kTotalSort) return page.RankOf(host, snapshot_);
    const auto counts = Of(host);
    if (!counts) return page.RankOf(host, snapshot_);
    return page.ordering().RankOf(KeyOf(sort == kEngagedSort ? counts->engaged : counts->total));
  }

 private:
  const View& snapshot_;
  const std::shared_ptr<const model::HostAlerts> hosts_;  // null: alerts are off
};

// The row of a host may be a sum over interfaces: then it has none.
json::InterfaceContext ContextOfHost(const Host& host, const View& snapshot,
                                     const model::PlaceNames& places, const Alerts& alerts,
                                     std::optional<uint16_t> asked) {
  json::InterfaceContext context = ContextOf(host.interface_index, snapshot, places);
  context.alerts = alerts.Of(host);
  if (asked) return context;
  for (const Host& other : snapshot.hosts) {
    if (other.ip != host.ip || other.vlan != host.vlan ||
        other.interface_index == host.interface_index) {
      continue;
    }
    context.interface_name.reset();
    context.now = std::max(context.now, snapshot.interfaces[other.interface_index].rates_at());
    if (context.alerts) *context.alerts += *alerts.Of(other);
  }
  return context;
}

}  // namespace

Response ListHosts(const Request& request, const Dependencies& dependencies) {
  const auto snapshot = Rows(dependencies);
  Query query(request, kListParameters);
  const PageRequest<Host> page(query, kSorts, "-bytes", json::HostFields());
  const HostFilter filter(query, *snapshot, dependencies.places);
  if (auto refusal = query.refusal()) return *refusal;
  const Alerts alerts(dependencies, *snapshot);
  auto selector = page.Selector();
  for (const Host& host : snapshot->hosts) {
    if (filter.Matches(host)) selector.Offer(alerts.RankOf(host, page), host);
  }
  return page.Respond(selector, [&](json::Writer& writer, const Host& host) {
    auto context = ContextOf(host.interface_index, *snapshot, dependencies.places);
    context.alerts = alerts.Of(host);
    json::WriteHost(writer, host, context);
  });
}

Response GetHost(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {"interface", "fields"};
  const auto snapshot = Rows(dependencies);
  Query query(request, kParameters);
  const auto interface = ReadInterface(query, *snapshot);
  const auto mask = ReadFields(query, json::HostFields());
  if (auto refusal = query.refusal()) return *refusal;
  const auto host = FindHostOfPath(request, *snapshot, interface);
  if (!host.ok()) return http::ErrorResponse(host.error(), "host");
  std::string body;
  json::Writer writer(body);
  writer.Apply(mask ? &*mask : nullptr);
  const Alerts alerts(dependencies, *snapshot);
  json::WriteHost(writer, *host,
                  ContextOfHost(*host, *snapshot, dependencies.places, alerts, interface));
  return http::JsonResponse(std::move(body));
}

}  // namespace wiregauge::api
