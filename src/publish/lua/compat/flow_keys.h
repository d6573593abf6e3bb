// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/flow_record.h"
#include "publish/lua/compat/rows.h"

namespace wiregauge::lua::compat {

using FlowRow = const model::FlowRecord*;

// What ntopng's flow records have: both the names of 2017 and those of 2024.
const KeyTable<FlowRow>& FlowKeys();

}  // namespace wiregauge::lua::compat
