// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "base/text.h"
#include "publish/lua/compat/application_filter.h"
#include "publish/lua/compat/application_stats.h"
#include "publish/lua/compat/functions.h"
#include "publish/lua/compat/host_name.h"
#include "publish/lua/compat/host_tables.h"
#include "publish/lua/compat/memo.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua::compat {

void PushInterfaceApplications(lua_State* lua, const View& view) {
  const model::ApplicationCatalogue& catalogue = view.catalogue();
  const auto& applications = view.interface.counters.applications;
  lua_newtable(lua);
  MarkObject(lua);
  for (size_t id = 0; id < applications.size(); ++id) {
    const model::ApplicationCounters& counters = applications[id];
    if (counters.traffic.packets == 0) continue;
    const model::Rates rates = counters.rate.At(view.now());
    Push(lua, catalogue.ApplicationName(static_cast<uint16_t>(id)));
    lua_createtable(lua, 0, 8);
    if (id < catalogue.applications.size()) {
      SetField(lua, "breed", catalogue.applications[id].breed);
    }
    SetField(lua, "bytes.sent", 0);
    SetField(lua, "packets.sent", 0);
    SetField(lua, "bytes.rcvd", counters.traffic.bytes);
    SetField(lua, "packets.rcvd", counters.traffic.packets);
    SetField(lua, "num_flows", counters.flows);
    SetField(lua, "throughput_bps", static_cast<double>(rates.bits_per_second_now) / 8);
    lua_rawset(lua, -3);
  }
}

namespace {

const model::ApplicationCatalogue& CatalogueOf(lua_State* lua) {
  return *Call::Of(lua).counters().catalogue;
}

// ([host [, vlan]]): of the host, or of the interface.
int GetDpiStats(lua_State* lua) {
  if (lua_isnoneornil(lua, 1)) {
    const View view = View::Counters(lua);
    RequireWholeInterface(view.call, "interface.getnDPIStats without a host");
    lua_createtable(lua, 0, 1);
    PushInterfaceApplications(lua, view);
    lua_setfield(lua, -2, "ndpi");
    return 1;
  }
  const View view = View::Rows(lua);
  const auto name = HostArguments(lua, 1);
  const model::HostRecord* const host =
      name ? Memo::Of(lua).FindHost(view, name->ip, name->vlan) : nullptr;
  lua_createtable(lua, 0, 2);
  if (host == nullptr) {
    lua_newtable(lua);
    MarkObject(lua);
    lua_setfield(lua, -2, "ndpi");
    return 1;
  }
  PushApplications(lua, view, *host);
  lua_setfield(lua, -2, "ndpi");
  PushCategories(lua, view, *host);
  lua_setfield(lua, -2, "ndpi_categories");
  return 1;
}

// Nothing when there is no such application.
std::optional<uint16_t> ApplicationArgument(lua_State* lua, int index, const char* name) {
  const std::string_view text = TextArgument(lua, index, name);
  const auto filter = ApplicationFilter::Parse(text, CatalogueOf(lua));
  return filter ? std::optional(filter->app()) : std::nullopt;
}

int GetProtoName(lua_State* lua) {
  const auto id = ApplicationArgument(lua, 1, "id");
  Push(lua, CatalogueOf(lua).ApplicationName(id.value_or(0)));
  return 1;
}

int GetProtoId(lua_State* lua) {
  const auto id = ApplicationArgument(lua, 1, "name");
  Push(lua, id ? int{*id} : -1);
  return 1;
}

// (id or "master.app", or master, app): "TLS.Google"
int GetFullProtoName(lua_State* lua) {
  std::string text(TextArgument(lua, 1, "id"));
  if (!lua_isnoneornil(lua, 2)) text += "." + std::string(TextArgument(lua, 2, "app"));
  const size_t dot = text.find('.');
  const model::ApplicationCatalogue& catalogue = CatalogueOf(lua);
  const auto one = [&](std::string_view part) {
    const auto filter = ApplicationFilter::Parse(part, catalogue);
    return filter ? filter->app() : uint16_t{0};
  };
  model::Classification application;
  if (dot == std::string::npos) {
    application.app = one(text);
  } else {
    application.master = one(std::string_view(text).substr(0, dot));
    application.app = one(std::string_view(text).substr(dot + 1));
  }
  Push(lua, catalogue.Name(application));
  return 1;
}

int GetProtoBreed(lua_State* lua) {
  const auto id = ApplicationArgument(lua, 1, "protocol");
  if (!id || *id >= CatalogueOf(lua).applications.size()) return NoAnswer(lua);
  Push(lua, CatalogueOf(lua).applications[*id].breed);
  return 1;
}

int GetProtoCategory(lua_State* lua) {
  const auto id = ApplicationArgument(lua, 1, "protocol");
  const model::ApplicationCatalogue& catalogue = CatalogueOf(lua);
  if (!id || *id >= catalogue.applications.size()) return NoAnswer(lua);
  const uint8_t category = catalogue.applications[*id].category;
  lua_createtable(lua, 0, 2);
  SetField(lua, "id", category);
  SetField(lua, "name", catalogue.CategoryName(category));
  return 1;
}

// ([category]): {[name] = "number"}, as text.
int GetProtocols(lua_State* lua) {
  const model::ApplicationCatalogue& catalogue = CatalogueOf(lua);
  std::optional<uint8_t> category;
  if (const auto text = OptionalText(lua, 1, "category"); text && !text->empty()) {
    category = ParseNumber<uint8_t>(*text);
    if (!category) category = FindCategory(catalogue, *text);
    if (!category) throw ScriptError("there is no category \"" + std::string(*text) + '"');
  }
  lua_newtable(lua);
  for (size_t id = 0; id < catalogue.applications.size(); ++id) {
    const model::ApplicationInfo& application = catalogue.applications[id];
    if (application.name.empty() || (category && application.category != *category)) continue;
    SetField(lua, application.name, std::to_string(id));
  }
  return 1;
}

// {[name] = "number"}, as text.
int GetCategories(lua_State* lua) {
  const model::ApplicationCatalogue& catalogue = CatalogueOf(lua);
  lua_newtable(lua);
  for (size_t id = 0; id < catalogue.categories.size(); ++id) {
    if (!catalogue.categories[id].empty()) {
      SetField(lua, catalogue.categories[id], std::to_string(id));
    }
  }
  return 1;
}

int GetCategoryId(lua_State* lua) {
  const auto id = FindCategory(CatalogueOf(lua), TextArgument(lua, 1, "name"));
  Push(lua, id ? int{*id} : -1);
  return 1;
}

int GetCategoryName(lua_State* lua) {
  const auto id = IntegerArgument(lua, 1, "id", 0, 255);
  Push(lua, CatalogueOf(lua).CategoryName(static_cast<uint8_t>(id)));
  return 1;
}

std::vector<Function> ApplicationLists() {
  const Parameter name = {"name", "string", ""};
  return {
      {"getnDPIProtocols",
       "All applications, or those of a category: {[name] = number as text}.",
       {{"category", "integer|string|nil", "number or name"}},
       {{"protocols", "table<string, string>", ""}},
       Entry<GetProtocols>},
      {"getnDPICategories",
       "All categories: {[name] = number as text}.",
       {},
       {{"categories", "table<string, string>", ""}},
       Entry<GetCategories>},
      {"getnDPICategoryId",
       "A category's number; -1 when there is none.",
       {name},
       {{"id", "integer", ""}},
       Entry<GetCategoryId>},
      {"getnDPICategoryName",
       "A category's name.",
       {{"id", "integer", ""}},
       {name},
       Entry<GetCategoryName>},
  };
}

}  // namespace

Part ApplicationPart() {
  const Parameter id = {"id", "integer|string", ""};
  const Parameter protocol = {"protocol", "integer|string", "number or name"};
  const Parameter name = {"name", "string", ""};
  Part part;
  part.functions = {
      {"getnDPIStats",
       "{ndpi}: traffic by application, of a host or of the selected interface: {breed, "
       "bytes.sent, bytes.rcvd, packets.sent, packets.rcvd, num_flows}. It counts from the start "
       "on and never goes down; an interface has received all of it.",
       {{"host", "string?", "\"ip\" or \"ip@vlan\""}, {"vlan", "integer?", ""}},
       {{"stats", "{ndpi: table<string, table>}", ""}},
       Entry<GetDpiStats>},
      {"getnDPIProtoName",
       "An application's name; \"Unknown\" when there is none.",
       {id},
       {name},
       Entry<GetProtoName>},
      {"getnDPIProtoId",
       "An application's number; -1 when there is none.",
       {name},
       {{"id", "integer", ""}},
       Entry<GetProtoId>},
      {"getnDPIFullProtoName",
       "\"TLS.Google\" of \"91.126\" or of both numbers.",
       {{"id", "string|integer", "\"master.app\", or the master's number"},
        {"app", "integer?", ""}},
       {name},
       Entry<GetFullProtoName>},
      {"getnDPIProtoBreed",
       "\"Safe\", \"Acceptable\", ...; nil for no application.",
       {protocol},
       {{"breed", "string?", ""}},
       Entry<GetProtoBreed>},
      {"getnDPIProtoCategory",
       "{id, name} of its category; nil for no application.",
       {protocol},
       {{"category", "{id: integer, name: string}?", ""}},
       Entry<GetProtoCategory>},
  };
  for (Function& function : ApplicationLists()) part.functions.push_back(std::move(function));
  return part;
}

}  // namespace wiregauge::lua::compat
