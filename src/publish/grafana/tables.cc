// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/tables.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <string_view>

#include "model/flow_record.h"
#include "publish/grafana/columns.h"
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

Status WriteTop(json::Writer& writer, const Table& table, const TableQuestion& question,
                const View& view) {
  auto rows = view.dependencies.archive->Top(*table.metric, question.range,
                                             std::numeric_limits<size_t>::max());
  if (!rows.ok()) return rows.error();
  const HistoryTable& about = HistoryTableOf(table.kind);
  std::erase_if(*rows, [&](const timeseries::TopRow& row) {
    return !question.filters.Accept(
        timeseries::Tags{{"interface", table.interface}, {std::string(about.key), row.object}});
  });
  if (rows->size() > question.limit) rows->resize(question.limit);
  const Column columns[] = {
      {about.column, "string"}, {"Bytes", "number"}, {"Bits per second", "number"}};
  BeginTable(writer, columns, question.ref_id);
  for (const timeseries::TopRow& row : *rows) {
    writer.BeginArray();
    writer.Value(row.object);
    writer.Value(row.bytes);
    writer.Value(row.bits_per_second);
    writer.EndArray();
  }
  EndTable(writer);
  return {};
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
  if (key == "l4") return {model::L4ClassName(model::L4ClassOf(flow.l4_protocol))};
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
                                        const TableQuestion& question,
                                        const model::PlaceNames& names) {
  std::vector<const FlowRecord*> flows;
  snapshot.ForEachFlow([&](const FlowRecord& flow) {
    if (flow.interface_index != interface_index ||
        UnixSeconds(flow.last_seen) < question.range.from ||
        UnixSeconds(flow.first_seen) >= question.range.to) {
      return;
    }
    const auto values_of = [&](std::string_view key) {
      return FlowValues(key, flow, snapshot, names);
    };
    if (question.filters.empty() || question.filters.Accept(values_of)) flows.push_back(&flow);
  });
  const size_t rows = std::min(flows.size(), question.limit);
  std::partial_sort(flows.begin(), flows.begin() + static_cast<ptrdiff_t>(rows), flows.end(),
                    IsHeavier);
  flows.resize(rows);
  return flows;
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

void WriteFlows(json::Writer& writer, const Table& table, const TableQuestion& question,
                const View& view) {
  constexpr Column kColumns[] = {
      {"Time", "time"},          {"Client", "string"},      {"Client port", "number"},
      {"Server", "string"},      {"Server port", "number"}, {"L4", "string"},
      {"Application", "string"}, {"Bytes", "number"},       {"Packets", "number"},
      {"State", "string"},
  };
  const auto snapshot = view.snapshots.Get(snapshot::Detail::kRows, kMaxAge);
  BeginTable(writer, kColumns, question.ref_id);
  // It may have left since the table was found.
  if (const auto interface = snapshot->FindInterface(table.interface)) {
    for (const FlowRecord* const flow :
         TopFlows(*snapshot, *interface, question, view.dependencies.places)) {
      WriteFlowRow(writer, *flow, *snapshot);
    }
  }
  EndTable(writer);
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
  for (const snapshot::InterfaceView& interface : snapshot->interfaces) {
    tables.push_back(
        {name(interface.name, "top_flows"), Table::Kind::kTopFlows, interface.name, nullptr});
  }
  std::ranges::stable_sort(tables, {}, &Table::interface);
  return tables;
}

Status WriteTable(json::Writer& writer, const Table& table, const TableQuestion& question,
                  const View& view) {
  if (table.metric != nullptr) return WriteTop(writer, table, question, view);
  WriteFlows(writer, table, question, view);
  return {};
}

}  // namespace wiregauge::grafana
