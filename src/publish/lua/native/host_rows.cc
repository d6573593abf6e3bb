// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/native/host_rows.h"

#include <lua.hpp>
#include <string_view>
#include <vector>

#include "publish/api/host_filter.h"
#include "publish/api/host_sorts.h"
#include "publish/api/responses.h"
#include "publish/json/host_json.h"
#include "publish/json/text_forms.h"
#include "publish/lua/call.h"
#include "publish/lua/native/rest.h"
#include "publish/lua/native/row_selection.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

using Host = model::HostRecord;

void Write(json::Writer& writer, const void* record, Call& call) {
  const Host& host = *static_cast<const Host*>(record);
  auto context = api::ContextOf(host.interface_index, call.rows(), call.services.places);
  context.alerts = api::HostAlertsIn(call.rows(), call.host_alerts()).Of(host);
  json::WriteHost(writer, host, context);
}

// kGet(host) as a quick member.
template <auto kGet>
void PushOf(lua_State* lua, const void* record, Call&) {
  Push(lua, kGet(*static_cast<const Host*>(record)));
}

void PushIp(lua_State* lua, const void* record, Call&) {
  Push(lua, json::TextForm(static_cast<const Host*>(record)->ip).view());
}

constexpr QuickMember kQuick[] = {
    {"ip", PushIp},
    {"vlan", PushOf<[](const Host& h) { return h.vlan; }>},
    {"local", PushOf<[](const Host& h) { return h.local; }>},
    {"active", PushOf<[](const Host& h) { return h.active; }>},
    {"packets_sent", PushOf<[](const Host& h) { return h.traffic.sent.packets; }>},
    {"bytes_sent", PushOf<[](const Host& h) { return h.traffic.sent.bytes; }>},
    {"packets_received", PushOf<[](const Host& h) { return h.traffic.received.packets; }>},
    {"bytes_received", PushOf<[](const Host& h) { return h.traffic.received.bytes; }>},
    {"packets",
     PushOf<[](const Host& h) { return h.traffic.sent.packets + h.traffic.received.packets; }>},
    {"bytes",
     PushOf<[](const Host& h) { return h.traffic.sent.bytes + h.traffic.received.bytes; }>},
};

constexpr std::string_view kObjects[] = {"throughput_bps", "packets_per_second"};

}  // namespace

const RowType& HostRow() {
  static constexpr RowType kType{"host", json::HostFields, Write, kObjects, kQuick};
  return kType;
}

int PushHosts(lua_State* lua) {
  Call& call = Call::Of(lua);
  std::vector<std::string_view> parameters(std::begin(api::kHostFilterParameters),
                                           std::end(api::kHostFilterParameters));
  parameters.insert(parameters.end(), {"limit", "sort"});
  http::Request request;
  ReadParameters(lua, 1, request);
  const snapshot::Snapshot& snapshot = call.rows();
  api::Query query(request, parameters);
  RowSelection<Host> selection(State::Of(lua), query, api::HostSorts(), api::kDefaultHostSort);
  const api::HostFilter filter(query, snapshot, call.services.places);
  CheckQuery(query);
  selection.Announce(snapshot.hosts.size());
  const api::HostAlertsIn alerts(snapshot, call.host_alerts());
  for (const Host& host : snapshot.hosts) {
    if (filter.Matches(host)) selection.Offer(alerts.RankOf(host, selection.ordering()), host);
  }
  selection.Push(lua, HostRow());
  return 1;
}

}  // namespace wiregauge::lua
