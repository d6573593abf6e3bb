// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "base/time.h"
#include "publish/json/parsed.h"
#include "timeseries/archive.h"

namespace wiregauge::grafana {

// A request's {"from": ..., "to": ...}: text as ParseTimestamp reads it, or the same numbers.
// Rounded outwards to whole seconds; the last hour where it is not there. kInvalidArgument: it
// cannot be read, or ends before it begins.
Result<timeseries::Range> ReadRange(json::ParsedValue range, Timestamp now);

}  // namespace wiregauge::grafana
