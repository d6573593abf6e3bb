// SPDX-License-Identifier: Apache-2.0
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
                                                   "flows"};
constexpr std::string_view kPortFields[] = {
    "l4.id",          "l4.name", "port",  "role", "packets_sent", "bytes_sent", "packets_received",
    "bytes_received", "packets", "bytes", "flows"};
constexpr std::string_view kPeerFields[] = {
    "host",           "ip",      "vlan",  "name", "packets_sent", "bytes_sent", "packets_received",
    "bytes_received", "packets", "bytes", "flows"};

constexpr std::string_view kParameters[] = {"interface", "limit", "cursor", "sort", "fields"};

void WriteTally(json::Writer& writer, const model::Tally& tally) {
  json::WriteTwoWayAndSum(writer, tally.traffic);
  writer.Field("flows", tally.flows);
}

template <typename Key>
std::vector<TallyRow<Key>> RowsOf(const model::TopTallies<Key>& tallies) {
  std::vector<TallyRow<Key>> rows;
  rows.reserve(tallies.items.size());
  for (const auto& [key, tally] : tallies.items) rows.push_back({key, tally});
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
        WriteTally(writer, row.tally);
        writer.EndObject();
      },
      [&](json::Writer& writer) {
        if (!writer.BeginObject("other")) return;
        WriteTally(writer, (tallies.*table).other);
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
  if (writer.BeginObject("l4")) {
    writer.Field("id", key.l4_protocol);
    writer.Field("name", model::L4ProtocolName(key.l4_protocol));
    writer.EndObject();
  }
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

// Answers with one object about the path's host: "host", and what `write` adds.
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
  write(writer, *host);
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
  return OneHost(request, dependencies, [](json::Writer& writer, const model::HostRecord& host) {
    json::WritePacketSizes(writer, "sent", host.sent_sizes);
    json::WritePacketSizes(writer, "received", host.received_sizes);
  });
}

Response GetHostTcp(const Request& request, const Dependencies& dependencies) {
  return OneHost(request, dependencies, [](json::Writer& writer, const model::HostRecord& host) {
    json::WriteTcpHealth(writer, "sent", host.tcp_sent);
    json::WriteTcpHealth(writer, "received", host.tcp_received);
  });
}

Response GetHostDns(const Request& request, const Dependencies& dependencies) {
  return OneHost(request, dependencies, [](json::Writer& writer, const model::HostRecord& host) {
    json::WriteHostDns(writer, host.dns ? *host.dns : model::HostDns{});
  });
}

Response GetHostHttp(const Request& request, const Dependencies& dependencies) {
  return OneHost(request, dependencies, [](json::Writer& writer, const model::HostRecord& host) {
    json::WriteHostHttp(writer, host.http ? *host.http : model::HostHttp{});
  });
}

}  // namespace wiregauge::api
