// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/native/flow_rows.h"

#include <limits>
#include <lua.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "publish/api/flow_filter.h"
#include "publish/api/flow_sorts.h"
#include "publish/api/responses.h"
#include "publish/json/flow_json.h"
#include "publish/json/text_forms.h"
#include "publish/lua/call.h"
#include "publish/lua/native/rest.h"
#include "publish/lua/native/row_selection.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

using Flow = model::FlowRecord;
using End = model::FlowEndpoint;

// The whole of a flow, as snapshots have it.
struct Totals {
  static constexpr json::FlowCounters kCounters = json::FlowCounters::kTotals;

  static const snapshot::Snapshot& SnapshotOf(Call& call) { return call.rows(); }
  static model::Traffic ClientOf(const Flow& flow) { return flow.client.sent; }
  static model::Traffic ServerOf(const Flow& flow) { return flow.server.sent; }
  static Timestamp BeginOf(const Flow& flow) { return flow.first_seen; }
};

// What a record tells beyond the flow's earlier ones. It has its names itself, so that no rows are
// asked for.
struct SinceLastReport {
  static constexpr json::FlowCounters kCounters = json::FlowCounters::kSinceLastReport;

  static const snapshot::Snapshot& SnapshotOf(Call& call) { return call.counters(); }
  static model::Traffic ClientOf(const Flow& flow) { return flow.unreported_client(); }
  static model::Traffic ServerOf(const Flow& flow) { return flow.unreported_server(); }
  static Timestamp BeginOf(const Flow& flow) { return flow.report_start; }
};

template <typename View>
void Write(json::Writer& writer, const void* record, Call& call) {
  const Flow& flow = *static_cast<const Flow*>(record);
  json::WriteFlow(writer, flow, api::ContextOf(flow, View::SnapshotOf(call), call.services.places),
                  View::kCounters);
}

// kGet(flow) as a quick member, and kGet(flow, snapshot).
template <auto kGet>
void PushOf(lua_State* lua, const void* record, Call&) {
  Push(lua, kGet(*static_cast<const Flow*>(record)));
}
template <typename View, auto kGet>
void PushWith(lua_State* lua, const void* record, Call& call) {
  Push(lua, kGet(*static_cast<const Flow*>(record), View::SnapshotOf(call)));
}

using Snapshot = snapshot::Snapshot;

const std::string& InterfaceOf(const Flow& flow, const Snapshot& snapshot) {
  return snapshot.interfaces[flow.interface_index].name;
}

const std::string& ApplicationOf(const Flow& flow, const Snapshot& snapshot) {
  return snapshot.catalogue->ApplicationName(model::ApplicationIndex(flow.application));
}

const std::string& CategoryOf(const Flow& flow, const Snapshot& snapshot) {
  return snapshot.catalogue->CategoryName(flow.application.category);
}

// Without making a text when the application is all there is.
template <typename View>
void PushApplicationName(lua_State* lua, const void* record, Call& call) {
  const Flow& flow = *static_cast<const Flow*>(record);
  const model::Classification& application = flow.application;
  const bool carried =
      application.master != 0 && application.app != 0 && application.master != application.app;
  const Snapshot& snapshot = View::SnapshotOf(call);
  if (carried) {
    Push(lua, snapshot.catalogue->Name(application));
  } else {
    Push(lua, ApplicationOf(flow, snapshot));
  }
}

std::string_view StateOf(const Flow& flow) {
  return flow.state == model::FlowState::kEnded ? "ended" : "active";
}

std::optional<std::string> ServerNameOf(const Flow& flow) {
  if (flow.metadata == nullptr || flow.metadata->server_name.empty()) return std::nullopt;
  return ToValidUtf8(flow.metadata->server_name);
}

template <const End Flow::*kEnd>
std::optional<uint16_t> PortOf(const Flow& flow) {
  return flow.has_ports() ? std::optional((flow.*kEnd).port) : std::nullopt;
}

template <const End Flow::*kEnd>
void PushIp(lua_State* lua, const void* record, Call&) {
  Push(lua, json::TextForm((static_cast<const Flow*>(record)->*kEnd).ip).view());
}

template <const End Flow::*kEnd>
std::optional<uint32_t> AsnOf(const Flow& flow) {
  const uint32_t asn = (flow.*kEnd).place.asn;
  return asn != 0 ? std::optional(asn) : std::nullopt;
}

template <auto kName>
std::optional<std::string> NameOf(const Flow& flow, const Snapshot& snapshot) {
  const std::string_view name = kName(flow, &snapshot.names);
  return name.empty() ? std::nullopt : std::optional(ToValidUtf8(name));
}

uint64_t ThroughputOf(const Flow& flow, const Snapshot& snapshot) {
  const Timestamp now = snapshot.interfaces[flow.interface_index].rates_at();
  return json::FlowRates(flow, now).bits_per_second_now;
}

template <typename View>
constexpr QuickMember kQuick[] = {
    {"id", PushOf<[](const Flow& f) { return f.id; }>},
    {"interface", PushWith<View, InterfaceOf>},
    {"vlan", PushOf<[](const Flow& f) { return f.vlan; }>},
    {"ip_version", PushOf<[](const Flow& f) { return f.client.ip.version(); }>},
    {"l4.id", PushOf<[](const Flow& f) { return f.l4_protocol; }>},
    {"l4.name", PushOf<[](const Flow& f) { return model::L4ProtocolName(f.l4_protocol); }>},
    {"state", PushOf<StateOf>},
    {"duration_ms",
     PushOf<[](const Flow& f) { return ToMilliseconds(f.last_seen - View::BeginOf(f)); }>},
    {"application.name", PushApplicationName<View>},
    {"application.app", PushWith<View, ApplicationOf>},
    {"application.category", PushWith<View, CategoryOf>},
    {"client.ip", PushIp<&Flow::client>},
    {"client.port", PushOf<PortOf<&Flow::client>>},
    {"client.name", PushWith<View, NameOf<json::NameOfClient>>},
    {"client.local", PushOf<[](const Flow& f) { return f.client.local; }>},
    {"client.asn", PushOf<AsnOf<&Flow::client>>},
    {"client.packets_sent", PushOf<[](const Flow& f) { return View::ClientOf(f).packets; }>},
    {"client.bytes_sent", PushOf<[](const Flow& f) { return View::ClientOf(f).bytes; }>},
    {"server.ip", PushIp<&Flow::server>},
    {"server.port", PushOf<PortOf<&Flow::server>>},
    {"server.name", PushWith<View, NameOf<json::NameOfServer>>},
    {"server.local", PushOf<[](const Flow& f) { return f.server.local; }>},
    {"server.asn", PushOf<AsnOf<&Flow::server>>},
    {"server.packets_sent", PushOf<[](const Flow& f) { return View::ServerOf(f).packets; }>},
    {"server.bytes_sent", PushOf<[](const Flow& f) { return View::ServerOf(f).bytes; }>},
    {"packets",
     PushOf<[](const Flow& f) { return (View::ClientOf(f) + View::ServerOf(f)).packets; }>},
    {"bytes", PushOf<[](const Flow& f) { return (View::ClientOf(f) + View::ServerOf(f)).bytes; }>},
    {"throughput_bps.now", PushWith<View, ThroughputOf>},
    {"server_name", PushOf<ServerNameOf>},
};

constexpr std::string_view kObjects[] = {"l4",
                                         "application",
                                         "client",
                                         "server",
                                         "throughput_bps",
                                         "packets_per_second",
                                         "application_latency_ms"};

size_t CountFlows(const snapshot::Snapshot& snapshot) {
  size_t count = 0;
  for (const auto& batch : snapshot.ended_flows) count += batch->size();
  for (const auto& batch : snapshot.active_flows) count += batch->size();
  return count;
}

}  // namespace

const RowType& FlowRow() {
  static constexpr RowType kType{"flow", json::FlowFields, Write<Totals>, kObjects, kQuick<Totals>};
  return kType;
}

const RowType& FlowRecordRow() {
  static constexpr RowType kType{"flow record", json::FlowFields, Write<SinceLastReport>, kObjects,
                                 kQuick<SinceLastReport>};
  return kType;
}

int PushFlows(lua_State* lua) {
  Call& call = Call::Of(lua);
  std::vector<std::string_view> parameters(std::begin(api::kFlowFilterParameters),
                                           std::end(api::kFlowFilterParameters));
  parameters.insert(parameters.end(), {"limit", "sort"});
  http::Request request;
  ReadParameters(lua, 1, request);
  const snapshot::Snapshot& snapshot = call.rows();
  api::Query query(request, parameters);
  RowSelection<Flow> selection(State::Of(lua), query, api::FlowSorts(), api::kDefaultFlowSort);
  api::FlowFilter filter(query, snapshot, call.services.places);
  CheckQuery(query);
  selection.Announce(CountFlows(snapshot));
  snapshot.ForEachFlow([&](const Flow& flow) {
    if (filter.Matches(flow)) selection.Offer(selection.ordering().RankOf(flow, snapshot), flow);
  });
  selection.Push(lua, FlowRow());
  return 1;
}

int PushEndedFlows(lua_State* lua) {
  Call& call = Call::Of(lua);
  if (call.flow_tape == nullptr) {
    throw ScriptError("wiregauge.ended_flows is for callbacks: only these run again and again");
  }
  auto part = call.flow_tape->Read(std::numeric_limits<size_t>::max());
  size_t count = 0;
  for (const auto& batch : part.batches) count += batch->size();
  State::Of(lua).Spend(count);
  const void** record = PushRowList(lua, FlowRecordRow(), count, count, part.missed_records);
  for (const auto& batch : part.batches) {
    for (const Flow& flow : *batch) *record++ = &flow;
  }
  call.Keep(std::move(part.batches));
  return 1;
}

}  // namespace wiregauge::lua
