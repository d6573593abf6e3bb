// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/tables.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

#include "publish/grafana/alerts.h"
#include "publish/grafana/columns.h"
#include "publish/grafana/options.h"
#include "publish/json/text_forms.h"

namespace wiregauge::grafana {
namespace {

using model::FlowRecord;
using snapshot::Snapshot;

constexpr Duration kMaxAge = std::chrono::seconds(1);
constexpr std::string_view kNone = "none";  // what history calls the place of who has none

struct HistoryTable {
  Table::Kind kind;
  std::string_view suffix;
  std::string_view metric_suffix;
  std::string_view key;     // of filters
  std::string_view column;  // of the object
};
constexpr HistoryTable kHistoryTables[] = {
    {Table::Kind::kTopHosts, "top_hosts", "allhosts_bps", "host", "Host"},
    {Table::Kind::kTopApplications, "top_applications", "allprotocols_bps", "application",
     "Application"},
};

const HistoryTable& HistoryTableOf(Table::Kind kind) {
  return *std::ranges::find(kHistoryTables, kind, &HistoryTable::kind);
}

Result<TableRows> ReadTop(const Table& table, timeseries::Range range, const Filters& filters,
                          const View& view) {
  auto rows =
      view.dependencies.archive->Top(*table.metric, range, std::numeric_limits<size_t>::max());
  if (!rows.ok()) return rows.error();
  const std::string key(HistoryTableOf(table.kind).key);
  std::erase_if(*rows, [&](const timeseries::TopRow& row) {
    return !filters.Accept(timeseries::Tags{{"interface", table.interface}, {key, row.object}});
  });
  if (rows->size() > kMostRows) rows->resize(kMostRows);
  return TableRows{std::move(rows).value(), nullptr, {}, {}};
}

void WriteTop(json::Writer& writer, const Table& table, std::span<const timeseries::TopRow> rows,
              const std::optional<std::string>& ref_id) {
  const Column columns[] = {{HistoryTableOf(table.kind).column, "string"},
                            {"Bytes", "number"},
                            {"Bits per second", "number"}};
  BeginTable(writer, columns, ref_id);
  for (const timeseries::TopRow& row : rows) {
    writer.BeginArray();
    writer.Value(row.object);
    writer.Value(row.bytes);
    writer.Value(row.bits_per_second);
    writer.EndArray();
  }
  EndTable(writer);
}

std::string PlaceName(std::string_view key, const model::Place& place,
                      const model::PlaceNames& names) {
  if (key == "network") return std::string(names.NetworkName(place).value_or(kNone));
  if (key == "pool") return std::string(names.PoolName(place).value_or(kNone));
  if (key == "country") return place.country.known() ? place.country.text() : std::string(kNone);
  return place.asn != 0 ? std::to_string(place.asn) : std::string(kNone);
}

// A flow's values of a filter's key: the words history has for the same.
std::vector<std::string> FlowValues(std::string_view key, const FlowRecord& flow,
                                    const Snapshot& snapshot, const model::PlaceNames& names) {
  if (key == "interface") return {snapshot.interfaces[flow.interface_index].name};
  if (key == "host") {
    return {json::HostName(flow.client.ip, flow.vlan), json::HostName(flow.server.ip, flow.vlan)};
  }
  if (key == "application") {
    return {snapshot.catalogue->ApplicationName(model::ApplicationIndex(flow.application))};
  }
  if (key == "category") return {snapshot.catalogue->CategoryName(flow.application.category)};
  // What the row shows, which need not be a class of its own.
  if (key == "l4") {
    return {model::L4ProtocolName(flow.l4_protocol),
            model::L4ClassName(model::L4ClassOf(flow.l4_protocol))};
  }
  if (key == "vlan") return {std::to_string(flow.vlan)};
  for (const std::string_view place : {"network", "pool", "country", "autonomous_system"}) {
    if (key != place) continue;
    return {PlaceName(key, flow.client.place, names), PlaceName(key, flow.server.place, names)};
  }
  return {};
}

bool IsHeavier(const FlowRecord* a, const FlowRecord* b) {
  const uint64_t bytes_a = a->traffic().bytes, bytes_b = b->traffic().bytes;
  return bytes_a != bytes_b ? bytes_a > bytes_b : a->id < b->id;
}

std::vector<const FlowRecord*> TopFlows(const Snapshot& snapshot, uint16_t interface_index,
                                        timeseries::Range range, const Filters& filters,
                                        const model::PlaceNames& names) {
  std::vector<const FlowRecord*> flows;
  snapshot.ForEachFlow([&](const FlowRecord& flow) {
    if (flow.interface_index != interface_index || UnixSeconds(flow.last_seen) < range.from ||
        UnixSeconds(flow.first_seen) >= range.to) {
      return;
    }
    const auto values_of = [&](std::string_view key) {
      return FlowValues(key, flow, snapshot, names);
    };
    if (filters.empty() || filters.Accept(values_of)) flows.push_back(&flow);
  });
  const size_t rows = std::min(flows.size(), kMostRows);
  std::partial_sort(flows.begin(), flows.begin() + static_cast<ptrdiff_t>(rows), flows.end(),
                    IsHeavier);
  flows.resize(rows);
  return flows;
}

TableRows ReadFlows(const Table& table, timeseries::Range range, const Filters& filters,
                    const View& view) {
  TableRows rows{{}, view.snapshots.Get(snapshot::Detail::kRows, kMaxAge), {}, {}};
  // It may have left since the table was found.
  if (const auto interface = rows.snapshot->FindInterface(table.interface)) {
    rows.flows = TopFlows(*rows.snapshot, *interface, range, filters, view.dependencies.places);
  }
  return rows;
}

void WriteFlowRow(json::Writer& writer, const FlowRecord& flow, const Snapshot& snapshot) {
  const auto port = [&flow](uint16_t number) {
    return flow.has_ports() ? std::optional(number) : std::nullopt;
  };
  writer.BeginArray();
  writer.Value(
      std::chrono::floor<std::chrono::milliseconds>(flow.last_seen).time_since_epoch().count());
  writer.Value(json::HostName(flow.client.ip, flow.vlan));
  writer.Value(port(flow.client.port));
  writer.Value(json::HostName(flow.server.ip, flow.vlan));
  writer.Value(port(flow.server.port));
  writer.Value(model::L4ProtocolName(flow.l4_protocol));
  writer.Value(snapshot.catalogue->ApplicationName(model::ApplicationIndex(flow.application)));
  writer.Value(flow.traffic().bytes);
  writer.Value(flow.traffic().packets);
  writer.Value(flow.state == model::FlowState::kActive ? "active" : "ended");
  writer.EndArray();
}

void WriteFlows(json::Writer& writer, std::span<const FlowRecord* const> flows,
                const Snapshot& snapshot, const std::optional<std::string>& ref_id) {
  constexpr Column kColumns[] = {
      {"Time", "time"},          {"Client", "string"},      {"Client port", "number"},
      {"Server", "string"},      {"Server port", "number"}, {"L4", "string"},
      {"Application", "string"}, {"Bytes", "number"},       {"Packets", "number"},
      {"State", "string"},
  };
  BeginTable(writer, kColumns, ref_id);
  for (const FlowRecord* const flow : flows) WriteFlowRow(writer, *flow, snapshot);
  EndTable(writer);
}

Result<TableRows> ReadAlertTable(const Table& table, timeseries::Range range,
                                 const Filters& filters, const View& view) {
  alerts::AlertFilter filter;
  if (!table.interface.empty()) filter.interfaces = {table.interface};
  auto alerts = ReadAlerts(view, range, std::move(filter), kMostRows,
                           [&](const model::AlertContent& content) {
                             return filters.Accept(timeseries::Tags(TagsOf(content)));
                           });
  if (!alerts.ok()) return alerts.error();
  return TableRows{{}, nullptr, {}, std::move(alerts).value()};
}

template <typename Row>
std::span<const Row> First(const std::vector<Row>& rows, size_t limit) {
  return std::span(rows).first(std::min(rows.size(), limit));
}

}  // namespace

std::vector<Table> ListTables(const View& view) {
  std::vector<Table> tables;
  const auto name = [](const std::string& interface, std::string_view suffix) {
    return ("interface_" + interface + "_").append(suffix);
  };
  for (const std::string& interface : view.catalogue.interfaces()) {
    for (const HistoryTable& about : kHistoryTables) {
      const auto* const metric = view.catalogue.Find(name(interface, about.metric_suffix));
      if (metric == nullptr) continue;
      tables.push_back({name(interface, about.suffix), about.kind, interface, metric});
    }
  }
  const auto snapshot = view.snapshots.Get(snapshot::Detail::kCounters, kMaxAge);
  if (view.dependencies.alerts != nullptr) {
    tables.push_back({std::string(kAlertsName), Table::Kind::kAlerts, {}, nullptr});
  }
  for (const snapshot::InterfaceView& interface : snapshot->interfaces) {
    if (view.dependencies.alerts != nullptr) {
      tables.push_back(
          {name(interface.name, kAlertsName), Table::Kind::kAlerts, interface.name, nullptr});
    }
    tables.push_back(
        {name(interface.name, "top_flows"), Table::Kind::kTopFlows, interface.name, nullptr});
  }
  std::ranges::stable_sort(tables, {}, &Table::interface);
  return tables;
}

Result<TableRows> ReadTable(const Table& table, timeseries::Range range, const Filters& filters,
                            const View& view) {
  if (table.metric != nullptr) return ReadTop(table, range, filters, view);
  if (table.kind == Table::Kind::kAlerts) return ReadAlertTable(table, range, filters, view);
  return ReadFlows(table, range, filters, view);
}

void WriteTable(json::Writer& writer, const Table& table, const TableRows& rows, size_t limit,
                const std::optional<std::string>& ref_id) {
  if (table.kind == Table::Kind::kAlerts) {
    WriteAlertTable(writer, First(rows.alerts, limit), ref_id);
  } else if (rows.snapshot == nullptr) {
    WriteTop(writer, table, First(rows.objects, limit), ref_id);
  } else {
    WriteFlows(writer, First(rows.flows, limit), *rows.snapshot, ref_id);
  }
}

}  // namespace wiregauge::grafana
