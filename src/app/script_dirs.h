// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "config/settings.h"

namespace wiregauge::app {

// The folders that scripts come from: the settings' own, then the one that comes with the program.
std::vector<std::string> ScriptDirs(const config::Lua& settings);

// Where the scripts are that come with the program: beside it as it was installed, or in the source
// tree that it was built in. Empty: nowhere.
std::string ShippedScripts();

}  // namespace wiregauge::app
