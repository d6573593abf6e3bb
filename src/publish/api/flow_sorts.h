// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "model/flow_record.h"
#include "publish/api/ordering.h"

namespace wiregauge::api {

// What flows can be sorted by.
std::span<const SortField<model::FlowRecord>> FlowSorts();
// The newest first: only a packet out of time order changes a flow's place, so that a walk over the
// pages meets each one once.
inline constexpr std::string_view kDefaultFlowSort = "-first_seen";

}  // namespace wiregauge::api
