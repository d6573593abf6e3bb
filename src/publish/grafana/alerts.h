// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/alert_filter.h"
#include "alerts/engaged_alerts.h"
#include "base/result.h"
#include "publish/grafana/handlers.h"
#include "publish/json/writer.h"
#include "timeseries/archive.h"

namespace wiregauge::grafana {

// All alerts, as a target and in the query box of annotations; "interface_eth0_alerts" and
// "host_192.0.2.1_interface_eth0_alerts" are some of them.
inline constexpr std::string_view kAlertsName = "alerts";

// What a query may call an alert, in lower case: these names, each alone and with its severity
// behind a blank.
std::vector<std::string> NamesOf(const model::AlertContent& content);

// What filters look at.
std::vector<std::pair<std::string, std::string>> TagsOf(const model::AlertContent& content);

// The newest `most` that were engaged in the range, that the user may see and that the test takes,
// the newest first; none while alerts are off. The filter's range and user are set here.
Result<std::vector<alerts::AlertPtr>> ReadAlerts(
    const View& view, timeseries::Range range, alerts::AlertFilter filter, size_t most,
    const std::function<bool(const model::AlertContent&)>& takes);

void WriteAlertTable(json::Writer& writer, std::span<const alerts::AlertPtr> alerts,
                     const std::optional<std::string>& ref_id);

}  // namespace wiregauge::grafana
