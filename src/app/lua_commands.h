// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/exit_code.h"
#include "config/command_line.h"
#include "config/settings.h"

namespace wiregauge::app {

// Does what `wiregauge lua ...` says. `check` and `run` tell what is wrong with a script with its
// file and line, and end with kFailure. `run` reads the captures of -r first and answers as the
// service would; history is off there, and nothing is kept.
ExitCode RunLuaCommand(const config::CommandLine& line, const config::Settings& settings);

}  // namespace wiregauge::app
