// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "publish/http/router.h"
#include "publish/lua/host/script_host.h"

namespace wiregauge::lua {

// GET /api/v1/scripts: which scripts there are, how it stands with them, and how they have run. The
// host outlives the router.
void RegisterRoutes(http::Router& router, ScriptHost& host);

}  // namespace wiregauge::lua
