// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "capture/live_source.h"

namespace wiregauge::app {

// What list-interfaces prints: a table, or a JSON array. `default_route` is the interface that is
// watched when none is named; empty when there is none.
std::string InterfacesTable(const std::vector<capture::InterfaceInfo>& interfaces,
                            const std::string& default_route);
std::string InterfacesJson(const std::vector<capture::InterfaceInfo>& interfaces,
                           const std::string& default_route);

}  // namespace wiregauge::app
