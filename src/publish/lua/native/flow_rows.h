// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "publish/lua/native/row.h"

namespace wiregauge::lua {

// Of model::FlowRecord in the rows of the call's snapshot: the flow object.
const RowType& FlowRow();
// Of model::FlowRecord as it is exported: what came since the flow's last record.
const RowType& FlowRecordRow();

// wiregauge.flows(params), wiregauge.ended_flows()
int PushFlows(lua_State* lua);
int PushEndedFlows(lua_State* lua);

}  // namespace wiregauge::lua
