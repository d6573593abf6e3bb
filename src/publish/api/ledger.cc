// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "publish/api/handlers.h"
#include "publish/api/responses.h"
#include "publish/json/common.h"
#include "publish/json/sink_json.h"

namespace wiregauge::api {
namespace {

using model::InterfaceCounters;
using model::Traffic;

// The rows of one kind of place: those that are one, and what is in none or had no room.
struct PlaceSums {
  model::PlaceTally places, none, other;

  PlaceSums() = default;
  explicit PlaceSums(const model::PlaceTable& table) : other(table.other()) {
    for (const model::PlaceRow& row : table.rows()) {
      (row.number == 0 ? none : places) += row.tally;
    }
  }
  PlaceSums& operator+=(const PlaceSums& sums) {
    places += sums.places;
    none += sums.none;
    other += sums.other;
    return *this;
  }
};

// What only the rows tell: sums over the host and flow rows of an interface.
struct RowSums {
  Traffic hosts_sent, hosts_received;
  Traffic unreported_by_active_flows;
  Traffic vlans;
  model::LocalMatrix vlan_matrix;
  std::array<PlaceSums, model::kPlaceKinds> places{};  // by kind

  RowSums& operator+=(const RowSums& other) {
    hosts_sent += other.hosts_sent;
    hosts_received += other.hosts_received;
    unreported_by_active_flows += other.unreported_by_active_flows;
    vlans += other.vlans;
    vlan_matrix += other.vlan_matrix;
    for (size_t i = 0; i < places.size(); ++i) places[i] += other.places[i];
    return *this;
  }
};

struct Term {
  std::string name;
  Traffic traffic;
};

// One sum that must come out: total = the terms together.
struct Equation {
  std::string name;
  Traffic total;
  std::vector<Term> terms;

  Traffic Sum() const {
    Traffic sum;
    for (const Term& term : terms) sum += term.traffic;
    return sum;
  }
  bool balanced() const { return Sum() == total; }
};

std::vector<RowSums> SumRows(const snapshot::Snapshot& snapshot) {
  std::vector<RowSums> sums(snapshot.interfaces.size());
  for (const model::HostRecord& host : snapshot.hosts) {
    sums[host.interface_index].hosts_sent += host.traffic.sent;
    sums[host.interface_index].hosts_received += host.traffic.received;
  }
  for (const auto& batch : snapshot.active_flows) {
    for (const model::FlowRecord& flow : *batch) {
      sums[flow.interface_index].unreported_by_active_flows +=
          flow.unreported_client() + flow.unreported_server();
    }
  }
  for (const snapshot::VlanRow& row : VlansOf(snapshot)) {
    sums[row.vlan.interface_index].vlans += row.vlan.traffic;
    sums[row.vlan.interface_index].vlan_matrix += row.vlan.local_matrix;
  }
  for (uint16_t index = 0; index < sums.size(); ++index) {
    for (size_t kind = 0; kind < model::kPlaceKinds; ++kind) {
      sums[index].places[kind] =
          PlaceSums(PlacesOf(snapshot, static_cast<model::PlaceKind>(kind), std::array{index}));
    }
  }
  return sums;
}

Traffic SumOf(const std::vector<model::ApplicationCounters>& applications) {
  Traffic sum;
  for (const model::ApplicationCounters& application : applications) sum += application.traffic;
  return sum;
}

Equation Received(const InterfaceCounters& counters) {
  Equation equation{
      "received = decoded by layer 3 class + undecodable by reason", counters.received, {}};
  for (size_t i = 0; i < counters.l3.size(); ++i) {
    equation.terms.push_back({std::string("l3.") + model::L3ClassName(i), counters.l3[i]});
  }
  for (size_t i = 1; i < counters.undecodable.size(); ++i) {
    equation.terms.push_back(
        {std::string("undecodable.") + model::UndecodableReasonName(i), counters.undecodable[i]});
  }
  return equation;
}

Equation Decoded(const InterfaceCounters& counters) {
  constexpr size_t kArp = 2, kOther = 3;  // of L3ClassName
  return {"decoded = in flows + not IP",
          std::accumulate(counters.l3.begin(), counters.l3.end(), Traffic{}),
          {{"in_flows", counters.in_flows},
           {"l3.arp", counters.l3[kArp]},
           {"l3.other", counters.l3[kOther]}}};
}

Equation ByL4(const InterfaceCounters& counters) {
  Equation equation{"in flows = by layer 4 protocol", counters.in_flows, {}};
  for (size_t i = 0; i < counters.l4.size(); ++i) {
    equation.terms.push_back(
        {std::string("l4.") + model::L4ClassName(static_cast<model::L4Class>(i)), counters.l4[i]});
  }
  return equation;
}

// What is in flows was sent by hosts that are somewhere, and received by such, for each kind of
// place.
void AddPlaces(const InterfaceCounters& counters, const RowSums& rows,
               std::vector<Equation>& equations) {
  static constexpr std::array<const char*, model::kPlaceKinds> kNames = {
      "networks", "pools", "autonomous_systems", "countries"};
  using Direction = std::pair<const char*, Traffic model::PlaceTally::*>;
  for (size_t kind = 0; kind < kNames.size(); ++kind) {
    const PlaceSums& sums = rows.places[kind];
    for (const auto& [verb, traffic] : {Direction{"sent", &model::PlaceTally::sent},
                                        Direction{"received", &model::PlaceTally::received}}) {
      const std::string name = kNames[kind];
      equations.push_back({"in flows = " + std::string(verb) + " by " + name,
                           counters.in_flows,
                           {{name, sums.places.*traffic},
                            {"none_of_them", sums.none.*traffic},
                            {"other", sums.other.*traffic}}});
    }
  }
}

std::vector<Equation> EquationsOf(const InterfaceCounters& counters, const RowSums& rows) {
  std::vector<Equation> equations = {
      Received(counters),
      Decoded(counters),
      ByL4(counters),
      {"in flows = by application",
       counters.in_flows,
       {{"applications", SumOf(counters.applications)}, {"detecting", counters.detecting}}},
      {"in flows = sent by hosts",
       counters.in_flows,
       {{"active_hosts_sent", rows.hosts_sent},
        {"departed_hosts_sent", counters.departed_hosts.sent}}},
      {"in flows = received by hosts",
       counters.in_flows,
       {{"active_hosts_received", rows.hosts_received},
        {"departed_hosts_received", counters.departed_hosts.received}}},
      {"in flows = sum over flow records",
       counters.in_flows,
       {{"ended_flows_traffic", counters.ended_flows_traffic},
        {"active_flows_unreported", rows.unreported_by_active_flows}}},
      {"received = by VLAN", counters.received, {{"vlans", rows.vlans}}},
      {"in flows = by VLAN and direction",
       counters.in_flows,
       {{"vlans.local_to_local", rows.vlan_matrix[true][true]},
        {"vlans.local_to_remote", rows.vlan_matrix[true][false]},
        {"vlans.remote_to_local", rows.vlan_matrix[false][true]},
        {"vlans.remote_to_remote", rows.vlan_matrix[false][false]}}}};
  AddPlaces(counters, rows, equations);
  return equations;
}

void WriteEquation(json::Writer& writer, const Equation& equation) {
  writer.BeginObject();
  writer.Field("name", equation.name);
  json::WriteTraffic(writer, "total", equation.total);
  if (writer.BeginArray("terms")) {
    for (const Term& term : equation.terms) {
      writer.BeginObject();
      writer.Field("name", term.name);
      json::WriteTraffic(writer, term.traffic);
      writer.EndObject();
    }
    writer.EndArray();
  }
  json::WriteTraffic(writer, "sum", equation.Sum());
  writer.Field("balanced", equation.balanced());
  writer.EndObject();
}

// Every packet the wire brought: what was lost before this program saw it, and what it received.
void WriteOffered(json::Writer& writer, const InterfaceCounters& counters,
                  const snapshot::DropCounters& drops) {
  if (!writer.BeginObject("offered")) return;
  writer.Field("packets",
               counters.received.packets + drops.kernel_packets + drops.interface_packets);
  writer.Field("received_packets", counters.received.packets);
  writer.Field("kernel_dropped_packets", drops.kernel_packets);
  writer.Field("interface_dropped_packets", drops.interface_packets);
  writer.EndObject();
}

bool FlowsBalance(const InterfaceCounters& counters) {
  uint64_t sum = counters.active_flows;
  for (size_t i = 0; i < counters.flows_ended.size(); ++i) {
    if (static_cast<model::EndReason>(i) != model::EndReason::kActiveTimeout) {
      sum += counters.flows_ended[i];
    }
  }
  return sum == counters.flows_created;
}

void WriteFlowCount(json::Writer& writer, const InterfaceCounters& counters) {
  if (!writer.BeginObject("flows")) return;
  writer.Field("created", counters.flows_created);
  writer.Field("active", counters.active_flows);
  json::WriteEndedFlows(writer, counters);
  writer.Field("records_dropped", counters.records_dropped);
  writer.Field("balanced", FlowsBalance(counters));
  writer.EndObject();
}

bool WriteAccount(json::Writer& writer, const std::optional<std::string>& interface,
                  const InterfaceCounters& counters, const snapshot::DropCounters& drops,
                  const RowSums& rows) {
  bool balanced = FlowsBalance(counters);
  writer.BeginObject();
  writer.Field("interface", interface);
  WriteOffered(writer, counters, drops);
  if (writer.BeginArray("equations")) {
    for (const Equation& equation : EquationsOf(counters, rows)) {
      balanced = balanced && equation.balanced();
      WriteEquation(writer, equation);
    }
    writer.EndArray();
  }
  WriteFlowCount(writer, counters);
  writer.Field("balanced", balanced);
  writer.EndObject();
  return balanced;
}

void WriteSinks(json::Writer& writer, const Dependencies& dependencies) {
  if (!writer.BeginArray("sinks")) return;
  if (dependencies.sinks) {
    for (const model::SinkState& sink : dependencies.sinks()) {
      writer.BeginObject();
      writer.Field("sink", sink.name);
      json::WriteSinkLedger(writer, sink.ledger);
      writer.EndObject();
    }
  }
  writer.EndArray();
}

}  // namespace

Response GetLedger(const Request& request, const Dependencies& dependencies) {
  const Query query(request, {});
  if (auto refusal = query.refusal()) return *refusal;
  const auto snapshot = Rows(dependencies);
  const std::vector<RowSums> rows = SumRows(*snapshot);
  InterfaceCounters counters;
  snapshot::DropCounters drops;
  RowSums all_rows;
  bool balanced = true;
  std::string body;
  json::Writer writer(body);
  writer.BeginObject();
  if (writer.BeginArray("interfaces")) {
    for (size_t i = 0; i < snapshot->interfaces.size(); ++i) {
      const snapshot::InterfaceView& interface = snapshot->interfaces[i];
      if (!WriteAccount(writer, interface.name, interface.counters, interface.drops, rows[i])) {
        balanced = false;
      }
      counters.Merge(interface.counters);
      drops.kernel_packets += interface.drops.kernel_packets;
      drops.interface_packets += interface.drops.interface_packets;
      all_rows += rows[i];
    }
    writer.EndArray();
  }
  if (writer.Key("total")) {
    balanced = WriteAccount(writer, std::nullopt, counters, drops, all_rows) && balanced;
  }
  WriteSinks(writer, dependencies);
  writer.Field("balanced", balanced);
  writer.EndObject();
  return http::JsonResponse(std::move(body));
}

}  // namespace wiregauge::api
