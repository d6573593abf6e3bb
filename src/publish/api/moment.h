// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"
#include "publish/api/query.h"

namespace wiregauge::api {

// A parameter that is a time: "now", "now-6h", or what ParseTimestamp reads. Nothing when it is not
// given; refuses what is none.
std::optional<Timestamp> ReadMoment(Query& query, std::string_view name, Timestamp now);

}  // namespace wiregauge::api
