// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "config/settings.h"
#include "geo/atlas.h"
#include "model/mac_vendors.h"
#include "shard/engine.h"

namespace wiregauge::app {

// The networks whose hosts are local: those of the settings, those with the same alias as one; or
// else the live sources' own and the private ranges. What has no alias is called as its prefix.
Result<std::vector<model::LocalNetwork>> MakeLocalNetworks(
    const std::vector<config::LocalNetwork>& settings,
    const std::vector<shard::SourceOptions>& sources);

// Everything the settings tell of places. Error kInvalidArgument for a database that cannot be
// used: "geo.asn_database: FILE: why".
Result<std::shared_ptr<const geo::Atlas>> MakeAtlas(
    const config::Fixed& settings, const std::vector<shard::SourceOptions>& sources);

// Who makes devices, by the lists of the settings. Lists that are left out are said in the log.
std::shared_ptr<const model::MacVendors> MakeVendors(const config::Devices& settings);

}  // namespace wiregauge::app
