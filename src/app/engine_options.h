// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.h"
#include "shard/engine.h"

namespace wiregauge::app {

// What the settings mean for the engine; sources and local networks are left to the caller.
shard::EngineOptions MakeEngineOptions(const config::Fixed& settings);

}  // namespace wiregauge::app
