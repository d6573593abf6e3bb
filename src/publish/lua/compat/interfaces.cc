// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "publish/lua/compat/functions.h"
#include "publish/lua/compat/view.h"
#include "publish/lua/vm/values.h"

// Which interface a script speaks of.
namespace wiregauge::lua::compat {
namespace {

constexpr int64_t kMostIndex = 65535;

// Of a name or a number, as the user sees them: nothing when there is none.
std::optional<uint16_t> IndexArgument(lua_State* lua, const snapshot::Snapshot& tables) {
  if (const auto name = TextAt(lua, 1)) {
    if (const auto index = tables.FindInterface(*name)) return index;
    if (lua_isnumber(lua, 1) == 0) return std::nullopt;
  }
  const auto index = IntegerArgument(lua, 1, "interface", -kMostIndex, kMostIndex);
  if (index < 0 || index >= static_cast<int64_t>(tables.interfaces.size())) return std::nullopt;
  return static_cast<uint16_t>(index);
}

[[noreturn]] void RefuseInterface(lua_State* lua, const snapshot::Snapshot& tables) {
  std::string names;
  for (const snapshot::InterfaceView& interface : tables.interfaces) {
    names += (names.empty() ? "" : ", ") + interface.name;
  }
  throw ScriptError("there is no interface " + Describe(lua, 1) + "; there are: " + names);
}

// nil or "" is the first one.
int Select(lua_State* lua) {
  Call& call = Call::Of(lua);
  const snapshot::Snapshot& tables = call.counters();
  if (lua_isnoneornil(lua, 1) || TextAt(lua, 1) == "") {
    call.selected_interface.reset();
    return 0;
  }
  const auto index = IndexArgument(lua, tables);
  if (!index) RefuseInterface(lua, tables);
  call.selected_interface = tables.interfaces[*index].name;
  return 0;
}

int GetIfNames(lua_State* lua) {
  const snapshot::Snapshot& tables = Call::Of(lua).counters();
  lua_newtable(lua);
  for (size_t i = 0; i < tables.interfaces.size(); ++i) {
    Push(lua, tables.interfaces[i].name);
    lua_rawseti(lua, -2, static_cast<int>(i));
  }
  return 1;
}

int NameToId(lua_State* lua) {
  const auto index = IndexArgument(lua, Call::Of(lua).counters());
  Push(lua, index ? int{*index} : -1);
  return 1;
}

int IsValidId(lua_State* lua) {
  Push(lua, IndexArgument(lua, Call::Of(lua).counters()).has_value());
  return 1;
}

int GetDefaultName(lua_State* lua) {
  const snapshot::Snapshot& tables = Call::Of(lua).counters();
  if (tables.interfaces.empty()) return NoAnswer(lua);
  Push(lua, tables.interfaces.front().name);
  return 1;
}

int GetFirstId(lua_State* lua) {
  Push(lua, Call::Of(lua).counters().interfaces.empty() ? -1 : 0);
  return 1;
}

int GetId(lua_State* lua) {
  Push(lua, View::Counters(lua).interface_index);
  return 1;
}

int GetName(lua_State* lua) {
  Push(lua, View::Counters(lua).interface.name);
  return 1;
}

int IsPacketInterface(lua_State* lua) {
  View::Counters(lua);
  Push(lua, true);
  return 1;
}

int IsFile(lua_State* lua) {
  Push(lua, !View::Counters(lua).interface.live);
  return 1;
}

int IsRunning(lua_State* lua) {
  const std::string& state = View::Counters(lua).interface.state;
  Push(lua, state == "open" || state == "stalled");
  return 1;
}

int IsNothingElse(lua_State* lua) {
  Push(lua, false);
  return 1;
}

int HasVlans(lua_State* lua) {
  const View view = View::Counters(lua);
  Push(lua, std::ranges::any_of(view.tables.vlans, [&](const model::VlanRecord& vlan) {
         return vlan.interface_index == view.interface_index && vlan.vlan != 0;
       }));
  return 1;
}

}  // namespace

Part AllowedInterfacePart() {
  Part part;
  part.functions = {{"isAllowedInterface",
                     "Whether there is such an interface and the user may see it.",
                     {{"interface", "string|integer", "name or number"}},
                     {{"truth", "boolean", ""}},
                     Entry<IsValidId>}};
  return part;
}

Part SelectionPart() {
  const std::vector<Parameter> interface = {{"interface", "string|integer", "name or number"}};
  const Parameter truth = {"truth", "boolean", ""};
  Part part;
  part.functions = {
      {"select",
       "Chooses the interface that the functions speak of, for this call; an unknown one is an "
       "error. Without it, the first one.",
       {{"interface", "string|integer|nil", "name or number; nil: the first one"}},
       {},
       Entry<Select>},
      {"setActiveInterfaceId", "As select.", interface, {}, Entry<Select>},
      {"getIfNames",
       "All interfaces: {[number] = name}, from number 0 on.",
       {},
       {{"names", "table<integer, string>", ""}},
       Entry<GetIfNames>},
      {"name2id",
       "The number of an interface; -1 when there is none.",
       interface,
       {{"id", "integer", ""}},
       Entry<NameToId>},
      {"isValidIfId", "Whether there is such an interface.", interface, {truth}, Entry<IsValidId>},
      {"getDefaultIfName",
       "The name of the first interface.",
       {},
       {{"name", "string?", ""}},
       Entry<GetDefaultName>},
      {"getFirstInterfaceId",
       "The number of the first interface; -1 when there is none.",
       {},
       {{"id", "integer", ""}},
       Entry<GetFirstId>},
      {"getId", "The selected interface's number.", {}, {{"id", "integer", ""}}, Entry<GetId>},
      {"getName", "The selected interface's name.", {}, {{"name", "string", ""}}, Entry<GetName>},
      {"isPacketInterface",
       "Whether packets come from it: true.",
       {},
       {truth},
       Entry<IsPacketInterface>},
      {"isPcapDumpInterface", "Whether it is a capture file.", {}, {truth}, Entry<IsFile>},
      {"isRunning", "Whether packets may still come.", {}, {truth}, Entry<IsRunning>},
      {"hasVLANs", "Whether it had frames in a VLAN.", {}, {truth}, Entry<HasVlans>},
  };
  for (const char* const name : {"isView", "isViewed", "isBridgeInterface", "isZMQInterface",
                                 "isSyslogInterface", "isSubInterface"}) {
    part.functions.push_back({name, "Always false.", {}, {truth}, Entry<IsNothingElse>});
  }
  return part;
}

}  // namespace wiregauge::lua::compat
