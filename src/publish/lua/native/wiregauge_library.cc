// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/native/wiregauge_library.h"

#include <array>
#include <lua.hpp>
#include <string>
#include <utility>

#include "base/time.h"
#include "publish/json/flow_json.h"
#include "publish/json/host_json.h"
#include "publish/lua/call.h"
#include "publish/lua/native/flow_rows.h"
#include "publish/lua/native/host_rows.h"
#include "publish/lua/native/record.h"
#include "publish/lua/native/records.h"
#include "publish/lua/native/rest.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

// A function that gives the items of one path.
struct Collection {
  const char* name;
  const char* path;  // under /api/v1
  const char* help;
};

constexpr Collection kCollections[] = {
    {"interfaces", "interfaces", "The interfaces with their counters and rates."},
    {"applications", "applications", "What was seen of each application: packets, bytes, flows."},
    {"devices", "devices", "The MAC addresses that were seen, with what they sent and received."},
    {"vlans", "vlans", "The VLANs with their traffic."},
    {"networks", "networks", "The local networks with the traffic of their hosts."},
    {"pools", "pools", "The host pools of the configuration with the traffic of their hosts."},
    {"autonomous_systems", "autonomous-systems",
     "The autonomous systems with the traffic of their hosts."},
    {"countries", "countries", "The countries with the traffic of their hosts."},
    {"metrics", "timeseries", "The metrics that wiregauge.history can ask for."},
    {"events", "events", "What has happened to the interfaces, from history."},
};

template <size_t kIndex>
int ListCollection(lua_State* lua) {
  http::Request request = RestRequest(std::string_view(kCollections[kIndex].path));
  ReadParameters(lua, 1, request);
  return PushCollection(lua, std::move(request));
}

int Get(lua_State* lua) {
  http::Request request = RestRequest(TextArgument(lua, 1, "path"));
  ReadParameters(lua, 2, request);
  return PushRest(lua, std::move(request));
}

int Aggregate(lua_State* lua) {
  http::Request request = RestRequest("flows/aggregate");
  ReadParameter(lua, 1, "by", request);
  ReadParameters(lua, 2, request);
  return PushCollection(lua, std::move(request));
}

int History(lua_State* lua) {
  http::Request request = RestRequest("timeseries/query");
  ReadParameter(lua, 1, "metric", request);
  ReadParameters(lua, 2, request);
  return PushCollection(lua, std::move(request));
}

int Top(lua_State* lua) {
  http::Request request = RestRequest("timeseries/top");
  ReadParameters(lua, 1, request);
  return PushCollection(lua, std::move(request));
}

// One thing, which the first argument names.
int GetNamed(lua_State* lua, const char* collection, std::string name) {
  http::Request request = RestRequest({collection, std::move(name)});
  ReadParameters(lua, 2, request);
  return PushRest(lua, std::move(request));
}
int GetHost(lua_State* lua) {
  return GetNamed(lua, "hosts", std::string(TextArgument(lua, 1, "host")));
}
int GetCounters(lua_State* lua) {
  return GetNamed(lua, "interfaces", std::string(TextArgument(lua, 1, "interface")));
}
int GetFlow(lua_State* lua) {
  constexpr int64_t kMost = int64_t{1} << 53;
  return GetNamed(lua, "flows", std::to_string(IntegerArgument(lua, 1, "id", 0, kMost)));
}

int GetLedger(lua_State* lua) {
  http::Request request = RestRequest("ledger");
  ReadParameters(lua, 1, request);
  return PushRest(lua, std::move(request));
}

int Now(lua_State* lua) {
  const Timestamp now = Call::Of(lua).services.clock.Now();
  Push(lua, FormatRfc3339(now));
  Push(lua, ToSeconds(now.time_since_epoch()));
  return 2;
}

int Version(lua_State* lua) {
  const Services& services = Call::Of(lua).services;
  Push(lua, services.version);
  Push(lua, services.revision);
  return 2;
}

int ScriptName(lua_State* lua) {
  Push(lua, Call::Of(lua).script);
  return 1;
}

int User(lua_State* lua) {
  const auto& identity = Call::Of(lua).identity;
  if (identity == nullptr) {
    lua_pushnil(lua);
    return 1;
  }
  lua_createtable(lua, 0, 2);
  SetField(lua, "name", identity->user);
  SetField(lua, "role", model::RoleName(identity->role));
  return 1;
}

const Parameter kParameters{
    "params", "table?", "the parameters of the REST path, by name; an array holds alternatives"};
const std::vector<Parameter> kItems = {
    {"items", "table[]", ""},
    {"answer", "table", "the rest of it: total, next_cursor (for the parameter cursor)"}};
const std::vector<Parameter> kObjectOrNil = {{"object", "table?", "nil: there is none"},
                                             {"why", "string?", "why there is none"}};

std::vector<Function> CollectionFunctions() {
  return []<size_t... kIndex>(std::index_sequence<kIndex...>) {
    return std::vector<Function>{
        {kCollections[kIndex].name,
         std::string(kCollections[kIndex].help) + " GET /api/v1/" + kCollections[kIndex].path + ".",
         {kParameters},
         kItems,
         Entry<ListCollection<kIndex>>}...};
  }
  (std::make_index_sequence<std::size(kCollections)>());
}

std::vector<Function> RowFunctions() {
  const std::string lazy =
      " Nothing but pointers is kept: members are made when they are read. Good until the call "
      "ends.";
  return {
      {"flows",
       "The flows that match, as GET /api/v1/flows chooses and sorts them (by default the newest "
       "first)." +
           lazy,
       {{"params", "table?",
         "the filters of GET /api/v1/flows, sort and limit; without a limit all that match"}},
       {{"flows", "FlowList", ""}},
       Entry<PushFlows>},
      {"hosts",
       "The hosts that match, as GET /api/v1/hosts chooses and sorts them (by default the one "
       "with most bytes first)." +
           lazy,
       {{"params", "table?",
         "the filters of GET /api/v1/hosts, sort and limit; without a limit all that match"}},
       {{"hosts", "HostList", ""}},
       Entry<PushHosts>},
      {"ended_flows",
       "For callbacks: the records of flows that ended, and of long flows that reported, since the "
       "callback's last run, each once. Counters and first_seen are of the time since the flow's "
       "last record, so that all records of a flow sum to it.",
       {},
       {{"records", "FlowRecordList", ""}},
       Entry<PushEndedFlows>},
  };
}

std::vector<Function> QuestionFunctions() {
  return {
      {"get",
       "Asks the REST API, in the process and as the user who asks the script. null becomes nil. "
       "A bad parameter is an error; what is not there is nil and why.",
       {{"path", "string", "under /api/v1: \"hosts/192.0.2.1/peers\", as in a URL"}, kParameters},
       {{"answer", "any", "the object"}, {"why", "string?", "why there is none"}},
       Entry<Get>},
      {"aggregate",
       "Sums over flows: top talkers, ports, applications. GET /api/v1/flows/aggregate.",
       {{"by", "string", "\"client\", \"server\", \"pair\", \"application\", \"port\", ..."},
        {"params", "table?", "filters of flows, sort and limit"}},
       kItems,
       Entry<Aggregate>},
      {"history",
       "A metric over time: rows with time, series and value. GET /api/v1/timeseries/query.",
       {{"metric", "string|string[]",
         "\"interface_eth0_traffic_bps\"; wiregauge.metrics lists them"},
        {"params", "table?", "from, to (\"now-6h\"), step (\"1m\"), limit, ..."}},
       kItems,
       Entry<History>},
      {"top",
       "Who had most over a time, from history. GET /api/v1/timeseries/top.",
       {{"params", "table", "by (\"host\"), interface, from, to, limit, ..."}},
       kItems,
       Entry<Top>},
  };
}

std::vector<Function> ThingFunctions() {
  return {
      {"host",
       "One host. GET /api/v1/hosts/{host}.",
       {{"host", "string", "\"192.0.2.1\", or with its VLAN \"192.0.2.1@5\""}, kParameters},
       kObjectOrNil,
       Entry<GetHost>},
      {"flow",
       "One flow. GET /api/v1/flows/{id}.",
       {{"id", "integer", ""}, kParameters},
       kObjectOrNil,
       Entry<GetFlow>},
      {"counters",
       "What was counted on one interface. GET /api/v1/interfaces/{interface}.",
       {{"interface", "string", ""}, kParameters},
       kObjectOrNil,
       Entry<GetCounters>},
      {"ledger",
       "Where every packet and flow went. GET /api/v1/ledger.",
       {kParameters},
       {{"ledger", "table", ""}},
       Entry<GetLedger>},
  };
}

std::vector<Function> ContextFunctions() {
  return {
      {"now",
       "The time.",
       {},
       {{"text", "string", "RFC 3339, UTC"}, {"seconds", "number", "since 1970"}},
       Entry<Now>},
      {"version",
       "Of wiregauge.",
       {},
       {{"version", "string", ""}, {"revision", "string", "of the source; may be empty"}},
       Entry<Version>},
      {"script", "The script that runs.", {}, {{"name", "string", ""}}, Entry<ScriptName>},
      {"user",
       "Who asks; nil when nobody does, as in callbacks, or accounts are off.",
       {},
       {{"user", "table?", "name, and role: \"viewer\" or \"admin\""}},
       Entry<User>},
  };
}

Record ListRecord(const std::string& row) {
  return {row + "List",
          "Rows in their order: #list, list[1], `for row in list:each() do`, ipairs(list). As JSON "
          "an array.",
          {{"total", "integer", "how many match; the list may hold fewer (limit)"},
           {"each", "fun(self: " + row + "List): fun(): " + row + "?", "for loops"}}};
}

Record FlowRecordListRecord() {
  Record record = ListRecord("Flow");
  record.name = "FlowRecordList";
  record.fields.push_back(
      {"missed", "integer", "records that went before this callback could read them"});
  return record;
}

Record RowRecord(Record record) {
  record.fields.push_back({"table", "fun(self: " + record.name + "): table",
                           "all of it as a table; also of the objects in it"});
  return record;
}

Library Make() {
  Library library{
      "wiregauge",
      "The objects of the REST API, with its names and units, and what belongs to "
      "them.",
      {},
      {},
      {RowRecord(RecordOfSchema("Flow", "Flow", json::FlowFields())),
       RowRecord(RecordOfSchema("Host", "Host", json::HostFields())), ListRecord("Flow"),
       ListRecord("Host"), FlowRecordListRecord(), RecordOptions()}};
  for (auto* const make : {RowFunctions, QuestionFunctions, ThingFunctions, CollectionFunctions,
                           ContextFunctions, SeriesFunctions}) {
    for (Function& function : make()) library.functions.push_back(std::move(function));
  }
  return library;
}

}  // namespace

const Library& WiregaugeLibrary() {
  static const Library library = Make();
  return library;
}

}  // namespace wiregauge::lua
