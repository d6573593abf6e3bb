// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "model/host_alerts.h"
#include "model/host_record.h"
#include "publish/lua/compat/rows.h"

namespace wiregauge::lua::compat {

using HostRow = const model::HostRecord*;

// What ntopng's host records have: both the names of 2017 and those of 2024.
const KeyTable<HostRow>& HostKeys();

// "192.0.2.1", or "192.0.2.1@5" in a VLAN.
std::string HostKeyOf(const model::HostRecord& host);

// Alerts about the host; nothing when alerts are off.
std::optional<model::HostAlertCounts> AlertsOf(const View& view, const model::HostRecord& host);

}  // namespace wiregauge::lua::compat
