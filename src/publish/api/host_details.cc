// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include "publish/api/handlers.h"
#include "publish/api/host_path.h"
#include "publish/api/page.h"
#include "publish/api/responses.h"
#include "publish/json/common.h"
#include "publish/json/host_messages_json.h"
#include "publish/json/text_forms.h"

namespace wiregauge::api {
namespace {

using View = snapshot::Snapshot;

// One row of a host's table of applications, ports or peers.
template <typename Key>
struct TallyRow {
  Key key;
  model::Tally tally;
  uint64_t most_unlisted_bytes = 0;
};

std::string RowId(const TallyRow<uint16_t>& row) { return std::to_string(row.key); }
std::string RowId(const TallyRow<model::PortKey>& row) {
  return std::to_string(row.key.port) + "/" + std::to_string(row.key.l4_protocol) +
         (row.key.as_server ? " server" : " client");
}
std::string RowId(const TallyRow<IpAddress>& row) { return row.key.ToString(); }

template <typename Row>
constexpr SortField<Row> kSorts[] = {
    {"packets_sent", [](const Row& r, const View&) { return KeyOf(r.tally.traffic.sent.packets); }},
    {"bytes_sent", [](const Row& r, const View&) { return KeyOf(r.tally.traffic.sent.bytes); }},
    {"packets_received",
     [](const Row& r, const View&) { return KeyOf(r.tally.traffic.received.packets); }},
    {"bytes_received",
     [](const Row& r, const View&) { return KeyOf(r.tally.traffic.received.bytes); }},
    {"packets",
     [](const Row& r, const View&) {
       return KeyOf(r.tally.traffic.sent.packets + r.tally.traffic.received.packets);
     }},
    {"bytes",
     [](const Row& r, const View&) {
       return KeyOf(r.tally.traffic.sent.bytes + r.tally.traffic.received.bytes);
     }},
    {"flows", [](const Row& r, const View&) { return KeyOf(r.tally.flows); }},
};

constexpr std::string_view kApplicationFields[] = {"id",
                                                   "name",
                                                   "category",
                                                   "breed",
                                                   "packets_sent",
                                                   "bytes_sent",
                                                   "packets_received",
                                                   "bytes_received",
                                                   "packets",
                                                   "bytes",
                                                   "flows",
                                                   "most_unlisted_bytes"};
constexpr std::string_view kPortFields[] = {"l4.id",
                                            "l4.name",
                                            "port",
                                            "role",
                                            "packets_sent",
                                            "bytes_sent",
                                            "packets_received",
                                            "bytes_received",
                                            "packets",
                                            "bytes",
                                            "flows",
                                            "most_unlisted_bytes"};
constexpr std::string_view kPeerFields[] = {"host",
                                            "ip",
                                            "vlan",
                                            "name",
                                            "packets_sent",
                                            "bytes_sent",
                                            "packets_received",
                                            "bytes_received",
                                            "packets",
                                            "bytes",
                                            "flows",
                                            "most_unlisted_bytes"};

constexpr std::string_view kParameters[] = {"interface", "limit", "cursor", "sort", "fields"};

void WriteTally(json::Writer& writer, const model::Tally& tally, uint64_t most_unlisted_bytes) {
  json::WriteTwoWayAndSum(writer, tally.traffic);
  writer.Field("flows", tally.flows);
  writer.Field("most_unlisted_bytes", most_unlisted_bytes);
}

template <typename Key>
std::vector<TallyRow<Key>> RowsOf(const model::TopTallies<Key>& tallies) {
  std::vector<TallyRow<Key>> rows;
  rows.reserve(tallies.items.size());
  for (const auto& item : tallies.items) {
    rows.push_back({item.key, item.tally, item.most_unlisted_bytes});
  }
  return rows;
}

// One of the host's tables: `table` picks it, `write` writes a row's own members.
template <typename Key, typename Write>
Response TallyPage(const Request& request, const Dependencies& dependencies,
                   std::span<const std::string_view> fields,
                   model::TopTallies<Key> model::HostTallies::*table, Write write) {
  using Row = TallyRow<Key>;
  const auto snapshot = Rows(dependencies);
  const json::FieldCatalogue catalogue(fields);
  Query query(request, kParameters);
  const PageRequest<Row> page(query, kSorts<Row>, "-bytes", catalogue);
  const auto interface = ReadInterface(query, *snapshot);
  if (auto refusal = query.refusal()) return *refusal;
  const auto host = FindHostOfPath(request, *snapshot, interface);
  if (!host.ok()) return http::ErrorResponse(host.error(), "host");
  const model::HostTallies tallies = TalliesOf(*snapshot, *host, interface);
  const std::vector<Row> rows = RowsOf(tallies.*table);
  auto selector = page.Selector();
  for (const Row& row : rows) selector.Offer(page.RankOf(row, *snapshot), row);
  return page.Respond(
      selector,
      [&](json::Writer& writer, const Row& row) {
        writer.BeginObject();
        write(writer, row.key, *host, *snapshot);
        WriteTally(writer, row.tally, row.most_unlisted_bytes);
        writer.EndObject();
      },
      [&](json::Writer& writer) {
        if (!writer.BeginObject("other")) return;
        WriteTally(writer, (tallies.*table).other, (tallies.*table).most_unlisted_bytes);
        writer.EndObject();
      });
}

void WriteApplicationKey(json::Writer& writer, uint16_t id, const model::HostRecord&,
                         const View& snapshot) {
  const model::ApplicationCatalogue& catalogue = *snapshot.catalogue;
  writer.Field("id", std::to_string(id));
  writer.Field("name", catalogue.ApplicationName(id));
  if (id < catalogue.applications.size()) {
    writer.Field("category", catalogue.CategoryName(catalogue.applications[id].category));
    writer.Field("breed", catalogue.applications[id].breed);
  } else {
    writer.Field("category", nullptr);
    writer.Field("breed", nullptr);
  }
}

void WritePortKey(json::Writer& writer, const model::PortKey& key, const model::HostRecord&,
                  const View&) {
  json::WriteL4(writer, key.l4_protocol);
  writer.Field("port", key.port);
  writer.Field("role", key.as_server ? "server" : "client");
}

void WritePeerKey(json::Writer& writer, const IpAddress& ip, const model::HostRecord& host,
                  const View& snapshot) {
  writer.Field("host", json::HostName(ip, host.vlan));
  writer.Field("ip", json::TextForm(ip).view());
  writer.Field("vlan", host.vlan);
  json::WriteName(writer, snapshot.names.NameOf(ip, host.vlan, std::nullopt));
}

struct IcmpRow {
  model::IcmpKey key;
  model::TwoWay traffic;
};

std::string RowId(const IcmpRow& row) {
  return std::to_string(row.key.l4_protocol) + "/" + std::to_string(row.key.type) + "/" +
         std::to_string(row.key.code);
}

constexpr SortField<IcmpRow> kIcmpSorts[] = {
    {"type", [](const IcmpRow& r, const View&) { return KeyOf(uint64_t{r.key.type}); }},
    {"code", [](const IcmpRow& r, const View&) { return KeyOf(uint64_t{r.key.code}); }},
    {"packets_sent", [](const IcmpRow& r, const View&) { return KeyOf(r.traffic.sent.packets); }},
    {"bytes_sent", [](const IcmpRow& r, const View&) { return KeyOf(r.traffic.sent.bytes); }},
    {"packets_received",
     [](const IcmpRow& r, const View&) { return KeyOf(r.traffic.received.packets); }},
    {"bytes_received",
     [](const IcmpRow& r, const View&) { return KeyOf(r.traffic.received.bytes); }},
    {"packets",
     [](const IcmpRow& r, const View&) {
       return KeyOf(r.traffic.sent.packets + r.traffic.received.packets);
     }},
    {"bytes", [](const IcmpRow& r,
                 const View&) { return KeyOf(r.traffic.sent.bytes + r.traffic.received.bytes); }},
};

constexpr std::string_view kIcmpFields[] = {"l4.id",          "l4.name",    "type",
                                            "type_name",      "code",       "code_name",
                                            "packets_sent",   "bytes_sent", "packets_received",
                                            "bytes_received", "packets",    "bytes"};

void WriteOptional(json::Writer& writer, json::Name name, const char* text) {
  writer.Field(name, text != nullptr ? std::optional<std::string_view>(text) : std::nullopt);
}

void WriteIcmpRow(json::Writer& writer, const IcmpRow& row) {
  writer.BeginObject();
  json::WriteL4(writer, row.key.l4_protocol);
  writer.Field("type", row.key.type);
  WriteOptional(writer, "type_name", model::IcmpTypeName(row.key));
  writer.Field("code", row.key.code);
  WriteOptional(writer, "code_name", model::IcmpCodeName(row.key));
  json::WriteTwoWayAndSum(writer, row.traffic);
  writer.EndObject();
}

// Minutes without a break in between.
struct Period {
  uint32_t first_minute = 0, minutes = 0;
};

std::vector<Period> PeriodsOf(const std::vector<uint32_t>& active) {
  std::vector<Period> periods;
  for (const uint32_t minute : active) {
    if (periods.empty() || periods.back().first_minute + periods.back().minutes != minute) {
      periods.push_back({minute, 0});
    }
    ++periods.back().minutes;
  }
  return periods;
}

Timestamp StartOf(uint32_t minute) { return Timestamp(std::chrono::minutes(minute)); }

// The newest packet time of the interfaces that have the host.
Timestamp PacketTimeOf(const model::HostRecord& host, const View& snapshot,
                       std::optional<uint16_t> asked) {
  if (asked) return snapshot.interfaces[*asked].counters.now;
  Timestamp now{};
  for (const model::HostRecord& row : snapshot.hosts) {
    if (row.ip != host.ip || row.vlan != host.vlan) continue;
    now = std::max(now, snapshot.interfaces[row.interface_index].counters.now);
  }
  return now;
}

void WriteTcpSide(json::Writer& writer, json::Name name, const model::TcpHealth& health,
                  const model::TcpFlagCounts& flags) {
  if (!writer.BeginObject(name)) return;
  json::WriteTcpHealth(writer, health);
  writer.Field("syn_packets", flags.syn_packets);
  writer.Field("syn_ack_packets", flags.syn_ack_packets);
  writer.Field("fin_packets", flags.fin_packets);
  writer.Field("rst_packets", flags.rst_packets);
  writer.EndObject();
}

// Answers with one object about the path's host: "host", and what `write(writer, host, packet
// time)` adds.
template <typename Write>
Response OneHost(const Request& request, const Dependencies& dependencies, Write write) {
  static constexpr std::string_view kInterface[] = {"interface"};
  const auto snapshot = Rows(dependencies);
  Query query(request, kInterface);
  const auto interface = ReadInterface(query, *snapshot);
  if (auto refusal = query.refusal()) return *refusal;
  const auto host = FindHostOfPath(request, *snapshot, interface);
  if (!host.ok()) return http::ErrorResponse(host.error(), "host");
  std::string body;
  json::Writer writer(body);
  writer.BeginObject();
  writer.Field("host", json::HostName(host->ip, host->vlan));
  write(writer, *host, PacketTimeOf(*host, *snapshot, interface));
  writer.EndObject();
  return http::JsonResponse(std::move(body));
}

}  // namespace

Response ListHostApplications(const Request& request, const Dependencies& dependencies) {
  return TallyPage(request, dependencies, kApplicationFields, &model::HostTallies::applications,
                   WriteApplicationKey);
}

Response ListHostPorts(const Request& request, const Dependencies& dependencies) {
  return TallyPage(request, dependencies, kPortFields, &model::HostTallies::ports, WritePortKey);
}

Response ListHostPeers(const Request& request, const Dependencies& dependencies) {
  return TallyPage(request, dependencies, kPeerFields, &model::HostTallies::peers, WritePeerKey);
}

Response GetHostPackets(const Request& request, const Dependencies& dependencies) {
  return OneHost(request, dependencies,
                 [](json::Writer& writer, const model::HostRecord& host, Timestamp) {
                   json::WritePacketSizes(writer, "sent", host.sent_sizes);
                   json::WritePacketSizes(writer, "received", host.received_sizes);
                 });
}

Response GetHostTcp(const Request& request, const Dependencies& dependencies) {
  return OneHost(request, dependencies,
                 [](json::Writer& writer, const model::HostRecord& host, Timestamp) {
                   WriteTcpSide(writer, "sent", host.tcp_sent, host.tcp_flags_sent);
                   WriteTcpSide(writer, "received", host.tcp_received, host.tcp_flags_received);
                 });
}

Response ListHostIcmp(const Request& request, const Dependencies& dependencies) {
  const auto snapshot = Rows(dependencies);
  static const json::FieldCatalogue catalogue(kIcmpFields);
  Query query(request, kParameters);
  const PageRequest<IcmpRow> page(query, kIcmpSorts, "-packets", catalogue);
  const auto interface = ReadInterface(query, *snapshot);
  if (auto refusal = query.refusal()) return *refusal;
  const auto host = FindHostOfPath(request, *snapshot, interface);
  if (!host.ok()) return http::ErrorResponse(host.error(), "host");
  const model::IcmpTallies tallies = host->details ? host->details->icmp : model::IcmpTallies{};
  std::vector<IcmpRow> rows;
  rows.reserve(tallies.items.size());
  for (const auto& [key, traffic] : tallies.items) rows.push_back({key, traffic});
  auto selector = page.Selector();
  for (const IcmpRow& row : rows) selector.Offer(page.RankOf(row, *snapshot), row);
  return page.Respond(selector, WriteIcmpRow, [&](json::Writer& writer) {
    if (!writer.BeginObject("other")) return;
    json::WriteTwoWay(writer, tallies.other);
    writer.EndObject();
  });
}

Response GetHostDns(const Request& request, const Dependencies& dependencies) {
  return OneHost(request, dependencies,
                 [](json::Writer& writer, const model::HostRecord& host, Timestamp) {
                   json::WriteHostDns(writer, host.dns ? *host.dns : model::HostDns{});
                 });
}

Response GetHostHttp(const Request& request, const Dependencies& dependencies) {
  return OneHost(request, dependencies,
                 [](json::Writer& writer, const model::HostRecord& host, Timestamp) {
                   json::WriteHostHttp(writer, host.http ? *host.http : model::HostHttp{});
                 });
}

Response GetHostActivity(const Request& request, const Dependencies& dependencies) {
  return OneHost(request, dependencies,
                 [](json::Writer& writer, const model::HostRecord& host, Timestamp packet_time) {
                   const uint32_t last = model::MinuteOf(packet_time);
                   const std::vector<uint32_t> active = host.ActiveMinutes(packet_time);
                   const uint32_t first = last + 1 - std::min(last + 1, model::Activity::kMinutes);
                   writer.Field("from", json::TextForm(StartOf(first)).view());
                   writer.Field("to", json::TextForm(StartOf(last + 1)).view());
                   writer.Field("active_minutes", active.size());
                   if (!writer.BeginArray("periods")) return;
                   for (const Period& period : PeriodsOf(active)) {
                     writer.BeginObject();
                     writer.Field("from", json::TextForm(StartOf(period.first_minute)).view());
                     writer.Field("minutes", period.minutes);
                     writer.EndObject();
                   }
                   writer.EndArray();
                 });
}

}  // namespace wiregauge::api
