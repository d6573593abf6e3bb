// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/compat/view.h"

#include <string>

#include "base/log.h"
#include "publish/lua/compat/memo.h"
#include "publish/lua/vm/error.h"

namespace wiregauge::lua::compat {
namespace {

View Select(Call& call, const snapshot::Snapshot& tables) {
  if (tables.interfaces.empty()) throw ScriptError("there is no interface that you may see");
  uint16_t index = 0;
  if (call.selected_interface) {
    const auto selected = tables.FindInterface(*call.selected_interface);
    if (!selected) throw ScriptError("interface " + *call.selected_interface + " is gone");
    index = *selected;
  }
  return {call, tables, index, tables.interfaces[index]};
}

}  // namespace

View View::Counters(lua_State* lua) {
  Call& call = Call::Of(lua);
  return Select(call, call.counters());
}

View View::Rows(lua_State* lua) {
  Call& call = Call::Of(lua);
  return Select(call, call.rows());
}

View View::OfInterface(lua_State* lua, uint16_t interface_index, snapshot::Detail detail) {
  Call& call = Call::Of(lua);
  const bool with_rows = detail == snapshot::Detail::kRows;
  const snapshot::Snapshot& tables = with_rows ? call.rows() : call.counters();
  return {call, tables, interface_index, tables.interfaces.at(interface_index)};
}

void RequireWholeInterface(const Call& call, std::string_view what) {
  if (call.identity == nullptr || call.identity->networks.empty()) return;
  throw ScriptError(std::string(what) + " tells of whole interfaces, and user " +
                    call.identity->user + " may see some networks only");
}

bool IsAdmin(const Call& call) {
  return call.identity == nullptr || call.identity->role == model::Role::kAdmin;
}

void RequireAdmin(const Call& call, std::string_view what) {
  if (IsAdmin(call)) return;
  throw ScriptError(std::string(what) + " is for admins, and user " + call.identity->user +
                    " is none");
}

void WarnOnce(lua_State* lua, std::string_view message) {
  if (!Memo::Of(lua).IsNewWarning(message)) return;
  log::Warning("lua", message, {{"script", Call::Of(lua).script}});
}

}  // namespace wiregauge::lua::compat
