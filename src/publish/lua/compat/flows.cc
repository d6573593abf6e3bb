// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "publish/json/flow_json.h"
#include "publish/lua/compat/flow_facts.h"
#include "publish/lua/compat/flow_filter.h"
#include "publish/lua/compat/flow_keys.h"
#include "publish/lua/compat/flow_order.h"
#include "publish/lua/compat/functions.h"
#include "publish/lua/vm/json.h"

namespace wiregauge::lua::compat {
namespace {

constexpr uint64_t kSpendPerFlow = 60;

uint64_t CountRows(const snapshot::Snapshot& tables) {
  uint64_t rows = 0;
  for (const auto& batch : tables.ended_flows) rows += batch->size();
  for (const auto& batch : tables.active_flows) rows += batch->size();
  return rows;
}

void PushFlows(lua_State* lua, const View& view, std::span<const FlowRow> flows) {
  RowBatch<FlowRow> batch(lua, FlowKeys(), view, flows);
  lua_createtable(lua, static_cast<int>(flows.size()), 0);
  for (size_t i = 0; i < flows.size(); ++i) {
    batch.PushRow(i);
    lua_rawseti(lua, -2, static_cast<int>(i + 1));
  }
  batch.Finish();
}

// A text argument that names hosts; one that names none leaves nothing to match.
std::optional<HostSet> ReadHostSet(lua_State* lua, int index, const char* name,
                                   FlowFilter& filter) {
  const auto text = OptionalText(lua, index, name);
  if (!text || text->empty()) return std::nullopt;
  auto host = HostSet::Parse(*text);
  if (!host) filter.RequireNothing();
  return host;
}

// (host, pageinfo, talking_with, client, server, info), all optional.
void ReadArguments(lua_State* lua, FlowFilter& filter) {
  if (!lua_istable(lua, 1)) {
    const auto text = OptionalText(lua, 1, "host");
    if (text && !text->empty()) {
      const auto host = ParseHost(*text);
      if (host) filter.RequireHost(*host);
      if (!host) filter.RequireNothing();
    }
  }
  if (const auto text = OptionalText(lua, 3, "talking_with"); text && !text->empty()) {
    const auto host = ParseHost(*text);
    if (host) filter.RequireHost(*host);
    if (!host) filter.RequireNothing();
  }
  if (const auto client = ReadHostSet(lua, 4, "client", filter)) filter.RequireClient(*client);
  if (const auto server = ReadHostSet(lua, 5, "server", filter)) filter.RequireServer(*server);
  if (const auto info = OptionalText(lua, 6, "info"); info && !info->empty()) {
    filter.RequireInfo(*info);
  }
}

int GetFlowsInfo(lua_State* lua) {
  const View view = View::Rows(lua);
  State& state = State::Of(lua);
  Options options(lua, lua_istable(lua, 1) ? 1 : 2, "pageinfo");
  FlowFilter filter(view);
  ReadArguments(lua, filter);
  filter.Read(options, view);
  Selection<model::FlowRecord> selection(state, options.ReadPage());
  FlowOrder order(lua, view, options.ReadSortColumn().value_or("thpt"));
  options.Finish();
  if (!filter.matches_nothing()) {
    state.Spend(CountRows(view.tables) * kSpendPerFlow);
    view.tables.ForEachFlow([&](const model::FlowRecord& flow) {
      if (filter.Matches(flow)) selection.Offer(flow, order.KeyOf(flow), flow.id);
    });
  }
  lua_createtable(lua, 0, 2);
  SetField(lua, "numFlows", selection.total());
  PushFlows(lua, view, selection.Finish());
  lua_setfield(lua, -2, "flows");
  return 1;
}

// Where a walk over all rows stands: their number in the snapshot, ended flows first.
class Walk {
 public:
  Walk(const snapshot::Snapshot& tables, uint64_t from) : tables_(tables), at_(from) {}

  // Calls visit(flow) until it gives false or there are no more. The number of the next row, or
  // nothing.
  template <typename Visit>
  std::optional<uint64_t> Run(Visit visit) {
    uint64_t first = 0;
    for (const auto* const batches : {&tables_.ended_flows, &tables_.active_flows}) {
      for (const auto& batch : *batches) {
        for (; at_ < first + batch->size(); ++at_) {
          if (!visit((*batch)[at_ - first])) return at_;
        }
        first += batch->size();
      }
    }
    return std::nullopt;
  }

 private:
  const snapshot::Snapshot& tables_;
  uint64_t at_;
};

int GetBatchedFlowsInfo(lua_State* lua) {
  constexpr int64_t kBatch = 1024;
  const View view = View::Rows(lua);
  State& state = State::Of(lua);
  const auto slot = OptionalInteger(lua, 1, "slot", 0, int64_t{1} << 40).value_or(0);
  Options options(lua, 2, "pageinfo");
  FlowFilter filter(view);
  filter.Read(options, view);
  const auto most = static_cast<size_t>(options.Whole("maxHits", 1, 32768).value_or(kBatch));
  options.Ignore({"toSkip", "sortColumn", "a2zSortOrder"});
  options.Finish();
  std::vector<FlowRow> flows;
  const auto next =
      Walk(view.tables, static_cast<uint64_t>(slot)).Run([&](const model::FlowRecord& flow) {
        if (flows.size() == most) return false;
        state.Spend(kSpendPerFlow);
        // Reports of long flows are no flows of their own.
        const bool is_flow = flow.end_reason != model::EndReason::kActiveTimeout;
        if (is_flow && filter.Matches(flow)) flows.push_back(&flow);
        return true;
      });
  lua_createtable(lua, 0, 3);
  SetField(lua, "numFlows", flows.size());
  SetField(lua, "nextSlot", next);
  PushFlows(lua, view, flows);
  lua_setfield(lua, -2, "flows");
  return 1;
}

// Pushes the newest flow that matches, an active one before ended ones, or nil.
template <typename Matches>
int PushNewest(lua_State* lua, const View& view, Matches matches) {
  State::Of(lua).Spend(CountRows(view.tables) * kSpendPerFlow);
  FlowRow found = nullptr;
  view.tables.ForEachFlow([&](const model::FlowRecord& flow) {
    if (flow.interface_index != view.interface_index || !matches(flow)) return;
    const bool is_newer = found == nullptr || flow.state == model::FlowState::kActive ||
                          flow.first_seen >= found->first_seen;
    if (is_newer) found = &flow;
  });
  if (found == nullptr) return NoAnswer(lua);
  PushOneRow(lua, FlowKeys(), view, found);
  return 1;
}

int FindFlowByKey(lua_State* lua) {
  const View view = View::Rows(lua);
  const double key = NumberArgument(lua, 1, "key");
  return PushNewest(lua, view, [&](const model::FlowRecord& flow) { return FlowKey(flow) == key; });
}

int FindFlowByKeyAndHashId(lua_State* lua) {
  const View view = View::Rows(lua);
  const double key = NumberArgument(lua, 1, "key");
  const double id = NumberArgument(lua, 2, "hash_id");
  return PushNewest(lua, view, [&](const model::FlowRecord& flow) {
    return FlowNumber(flow) == id && FlowKey(flow) == key;
  });
}

// (client, client_port, server, server_port, protocol), the address with @vlan or not.
std::optional<FlowTuple> TupleArguments(lua_State* lua) {
  const auto client = ParseHost(TextArgument(lua, 1, "client"));
  const auto server = ParseHost(TextArgument(lua, 3, "server"));
  const auto client_port = IntegerArgument(lua, 2, "client_port", 0, 65535);
  const auto server_port = IntegerArgument(lua, 4, "server_port", 0, 65535);
  const auto protocol = ParseL4Protocol(TextArgument(lua, 5, "protocol"));
  if (!client || !server || !protocol) return std::nullopt;
  return FlowTuple{.client = client->ip,
                   .server = server->ip,
                   .client_port = static_cast<uint16_t>(client_port),
                   .server_port = static_cast<uint16_t>(server_port),
                   .l4_protocol = *protocol,
                   .vlan = std::max(client->vlan, server->vlan)};
}

int GetFlowKey(lua_State* lua) {
  const auto tuple = TupleArguments(lua);
  if (!tuple) return NoAnswer(lua);
  Push(lua, FlowKey(*tuple));
  return 1;
}

// (cli_ip, srv_ip, vlan, cli_port, srv_port, l4_protocol), in either direction.
int FindFlowByTuple(lua_State* lua) {
  const View view = View::Rows(lua);
  const auto client = ParseHost(TextArgument(lua, 1, "cli_ip"));
  const auto server = ParseHost(TextArgument(lua, 2, "srv_ip"));
  FlowTuple tuple;
  tuple.vlan = static_cast<uint16_t>(IntegerArgument(lua, 3, "vlan", 0, 4095));
  tuple.client_port = static_cast<uint16_t>(IntegerArgument(lua, 4, "cli_port", 0, 65535));
  tuple.server_port = static_cast<uint16_t>(IntegerArgument(lua, 5, "srv_port", 0, 65535));
  const auto protocol = ParseL4Protocol(TextArgument(lua, 6, "l4_protocol"));
  if (!client || !server || !protocol) return NoAnswer(lua);
  tuple.client = client->ip;
  tuple.server = server->ip;
  tuple.l4_protocol = *protocol;
  FlowTuple reverse = tuple;
  std::swap(reverse.client, reverse.server);
  std::swap(reverse.client_port, reverse.server_port);
  return PushNewest(lua, view, [&](const model::FlowRecord& flow) {
    const FlowTuple other = TupleOf(flow);
    return other == tuple || other == reverse;
  });
}

template <typename Visit>
void VisitFlows(lua_State* lua, const View& view, Visit visit) {
  State::Of(lua).Spend(CountRows(view.tables) * kSpendPerFlow);
  view.tables.ForEachFlow([&](const model::FlowRecord& flow) {
    if (flow.interface_index == view.interface_index) visit(flow);
  });
}

int GetFlowsStatus(lua_State* lua) {
  const View view = View::Rows(lua);
  std::map<FlowStatus, uint64_t> flows;
  VisitFlows(lua, view, [&](const model::FlowRecord& flow) { ++flows[StatusOf(flow)]; });
  lua_newtable(lua);
  MarkObject(lua);
  for (const auto& [status, count] : flows) {
    lua_createtable(lua, 0, 2);
    SetField(lua, "name", FlowStatusName(status));
    SetField(lua, "count", count);
    lua_rawseti(lua, -2, static_cast<int>(status));
  }
  return 1;
}

void PushCounts(lua_State* lua, const std::map<std::string, uint64_t>& counts) {
  lua_newtable(lua);
  MarkObject(lua);
  for (const auto& [name, count] : counts) SetField(lua, name, count);
}

// Traffic and flows of one application.
struct ApplicationSum {
  uint64_t flows = 0;
  model::TwoWay traffic{};
};

// What getActiveFlowsStats tells of flows.
struct FlowCounts {
  std::map<std::string, ApplicationSum> applications;
  std::map<std::string, uint64_t> breeds, states, l4_protocols;

  void Add(const model::FlowRecord& flow, const model::ApplicationCatalogue& catalogue) {
    const uint16_t id = model::ApplicationIndex(flow.application);
    ApplicationSum& application = applications[catalogue.ApplicationName(id)];
    ++application.flows;
    application.traffic += {flow.client.sent, flow.server.sent};
    const auto& known = catalogue.applications;
    if (id < known.size() && !known[id].breed.empty()) ++breeds[known[id].breed];
    ++states[flow.state == model::FlowState::kActive ? "active" : "ended"];
    ++l4_protocols[model::L4ProtocolName(flow.l4_protocol)];
  }
};

void PushApplicationSums(lua_State* lua, const FlowCounts& counts, const View& view) {
  lua_newtable(lua);
  MarkObject(lua);
  for (const auto& [name, sum] : counts.applications) {
    lua_createtable(lua, 0, 6);
    const auto id = FindApplication(view.catalogue(), name);
    if (id) SetField(lua, "breed", view.catalogue().applications[*id].breed);
    SetField(lua, "bytes.sent", sum.traffic.sent.bytes);
    SetField(lua, "bytes.rcvd", sum.traffic.received.bytes);
    SetField(lua, "packets.sent", sum.traffic.sent.packets);
    SetField(lua, "packets.rcvd", sum.traffic.received.packets);
    SetField(lua, "num_flows", sum.flows);
    lua_setfield(lua, -2, name.c_str());
  }
}

void PushCountTables(lua_State* lua, const std::map<std::string, uint64_t>& counts) {
  lua_newtable(lua);
  MarkObject(lua);
  for (const auto& [name, count] : counts) {
    lua_createtable(lua, 0, 1);
    SetField(lua, "count", count);
    lua_setfield(lua, -2, name.c_str());
  }
}

// ([host [, pageinfo]])
int GetActiveFlowsStats(lua_State* lua) {
  lua_settop(lua, 2);
  const View view = View::Rows(lua);
  FlowFilter filter(view);
  Options options(lua, 2, "pageinfo");
  ReadArguments(lua, filter);
  filter.Read(options, view);
  options.Ignore({"maxHits", "toSkip", "sortColumn", "a2zSortOrder"});
  options.Finish();
  FlowCounts counts;
  VisitFlows(lua, view, [&](const model::FlowRecord& flow) {
    if (filter.Matches(flow)) counts.Add(flow, view.catalogue());
  });
  lua_createtable(lua, 0, 5);
  PushApplicationSums(lua, counts, view);
  lua_setfield(lua, -2, "ndpi");
  PushCountTables(lua, counts.l4_protocols);
  lua_setfield(lua, -2, "l4_protocols");
  std::map<std::string, uint64_t> flows;
  for (const auto& [name, sum] : counts.applications) flows[name] = sum.flows;
  PushCounts(lua, flows);
  lua_setfield(lua, -2, "ndpi_flows_count");
  PushCounts(lua, counts.breeds);
  lua_setfield(lua, -2, "breeds");
  PushCounts(lua, counts.states);
  lua_setfield(lua, -2, "states");
  return 1;
}

int GetDpiFlowsCount(lua_State* lua) {
  const View view = View::Rows(lua);
  std::map<std::string, uint64_t> applications;
  VisitFlows(lua, view, [&](const model::FlowRecord& flow) {
    ++applications[view.catalogue().ApplicationName(model::ApplicationIndex(flow.application))];
  });
  PushCounts(lua, applications);
  return 1;
}

int GetNumFlows(lua_State* lua) {
  const View view = View::Rows(lua);
  uint64_t flows = 0;
  VisitFlows(lua, view, [&](const model::FlowRecord& flow) {
    flows += flow.state == model::FlowState::kActive ? 1 : 0;
  });
  Push(lua, flows);
  return 1;
}

const char* const kPageInfoHelp =
    "Options, all of them optional. Order and page: sortColumn, a2zSortOrder (true), maxHits "
    "(32768), toSkip (0). Rows: hostFilter, client, server (address or prefix, with @vlan or "
    "not), clientMode, serverMode (local, remote), macFilter, portFilter, ipVersion, "
    "countryFilter, LocalNetworkFilter (-1: remote), poolFilter, asnFilter, vlanIdFilter, "
    "l7protoFilter (5, DNS, \"91.126\", TLS.Google), l7categoryFilter, L4Protocol, icmp_type, "
    "icmp_code, statusFilter, tcpFlowStateFilter, flowState (active, ended), unicast, "
    "unidirectional. One that cannot be answered here is an error, an unknown one a warning.";

std::vector<Function> FlowLookUps() {
  const Parameter flow = {"flow", "Flow?", "nil: there is none"};
  return {
      {"getFlowKey",
       "What ntopng.key of a flow between these is.",
       {{"client", "string", "\"ip\" or \"ip@vlan\""},
        {"client_port", "integer", "0: none"},
        {"server", "string", ""},
        {"server_port", "integer", "0: none"},
        {"protocol", "string|integer", "6 or TCP"}},
       {{"key", "integer?", ""}},
       Entry<GetFlowKey>},
      {"findFlowByKey",
       "The flow with this ntopng.key, of several the newest.",
       {{"key", "integer", ""}},
       {flow},
       Entry<FindFlowByKey>},
      {"findFlowByKeyAndHashId",
       "The flow with this ntopng.key and hash_entry_id.",
       {{"key", "integer", ""}, {"hash_id", "integer", ""}},
       {flow},
       Entry<FindFlowByKeyAndHashId>},
      {"findFlowByTuple",
       "The flow between these in either direction, of several the newest.",
       {{"cli_ip", "string", ""},
        {"srv_ip", "string", ""},
        {"vlan", "integer", ""},
        {"cli_port", "integer", ""},
        {"srv_port", "integer", ""},
        {"l4_protocol", "string|integer", ""}},
       {flow},
       Entry<FindFlowByTuple>},
      {"getFlowsStatus",
       "How many flows have which flow.status: {[status] = {name, count}}.",
       {},
       {{"statuses", "table<integer, {name: string, count: integer}>", ""}},
       Entry<GetFlowsStatus>},
      {"getActiveFlowsStats",
       "Sums over flows, active and ended ones: {ndpi (bytes.sent, num_flows and more by "
       "application), ndpi_flows_count, l4_protocols ({count} by name), breeds, states}.",
       {{"host", "string?", "\"ip\" or \"ip@vlan\""},
        {"pageinfo", "table?", "the options of getFlowsInfo that choose rows"}},
       {{"counts", "table", ""}},
       Entry<GetActiveFlowsStats>},
      {"getnDPIFlowsCount",
       "Flows by application, of those that getFlowsInfo gives.",
       {},
       {{"flows", "table<string, integer>", ""}},
       Entry<GetDpiFlowsCount>},
      {"getNumFlows", "Active flows.", {}, {{"flows", "integer", ""}}, Entry<GetNumFlows>},
  };
}

}  // namespace

Part FlowPart() {
  const Parameter page_info = {"pageinfo", "table?", kPageInfoHelp};
  Part part;
  part.functions = {
      {"getFlowsInfo",
       "The flows of the selected interface: active ones, and the newest of those that have ended. "
       "numFlows counts all that match. Sort columns, with column_ before them or without: " +
           FlowOrder::ColumnNames() + "; without one thpt, of an unknown one bytes.",
       {{"host", "string?", "\"ip\" or \"ip@vlan\"; an unknown host has no flows"},
        page_info,
        {"talking_with", "string?", "the host at the other end"},
        {"client", "string?", "address or prefix"},
        {"server", "string?", "address or prefix"},
        {"info", "string?", "what info or the server's name contains"}},
       {{"result", "{numFlows: integer, flows: Flow[]}", ""}},
       Entry<GetFlowsInfo>},
      {"getBatchedFlowsInfo",
       "All flows in pieces, in no order: begin with slot 0, go on with nextSlot until it is nil. "
       "numFlows is of the piece.",
       {{"slot", "integer?", "0"}, page_info},
       {{"result", "{numFlows: integer, flows: Flow[], nextSlot: integer?}", ""}},
       Entry<GetBatchedFlowsInfo>},
  };
  for (Function& function : FlowLookUps()) part.functions.push_back(std::move(function));
  part.records = {FlowKeys().record()};
  return part;
}

}  // namespace wiregauge::lua::compat
