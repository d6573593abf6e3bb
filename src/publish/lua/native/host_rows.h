// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "publish/lua/native/row.h"

namespace wiregauge::lua {

// Of model::HostRecord in the rows of the call's snapshot: the host object.
const RowType& HostRow();
// wiregauge.hosts(params)
int PushHosts(lua_State* lua);

}  // namespace wiregauge::lua
