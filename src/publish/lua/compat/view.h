// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lua.hpp>
#include <string_view>

#include "base/time.h"
#include "publish/lua/call.h"
#include "snapshot/snapshot.h"

namespace wiregauge::lua::compat {

// One interface of the snapshot that a call sees: what a function of ntopng's API speaks of.
// Borrows the call.
struct View {
  // The one that interface.select() chose, or the first one. Throws ScriptError when there is none.
  static View Counters(lua_State* lua);  // only what snapshot::Detail::kCounters has
  static View Rows(lua_State* lua);
  // One that a call which goes on has chosen before.
  static View OfInterface(lua_State* lua, uint16_t interface_index, snapshot::Detail detail);

  const model::ApplicationCatalogue& catalogue() const { return *tables.catalogue; }
  const model::PlaceNames& places() const { return call.services.places; }
  Timestamp now() const { return interface.rates_at(); }

  Call& call;
  const snapshot::Snapshot& tables;
  uint16_t interface_index;
  const snapshot::InterfaceView& interface;
};

// Throws ScriptError when the user is kept to some networks: what `what` tells is of the whole
// interface.
void RequireWholeInterface(const Call& call, std::string_view what);
// Throws ScriptError unless the user is an admin, or accounts are off.
void RequireAdmin(const Call& call, std::string_view what);
bool IsAdmin(const Call& call);

// A warning in the log, once a call for each message: a script that is wrong is wrong for every
// row.
void WarnOnce(lua_State* lua, std::string_view message);

}  // namespace wiregauge::lua::compat
