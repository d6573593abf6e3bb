// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "publish/api/routes.h"

namespace wiregauge::app {

// The binary's version, commit and build type, and the libraries it works with.
api::BuildFacts MakeBuildFacts();

// What --version prints.
std::string VersionText(const api::BuildFacts& facts);

}  // namespace wiregauge::app
