// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/exit_code.h"
#include "config/command_line.h"
#include "config/settings.h"

namespace wiregauge::app {

// Runs the service until TERM or INT: opens the sources, serves HTTP, tells the service manager,
// and stops in the order of the data path. HUP reads the reloadable settings again.
ExitCode RunService(const config::CommandLine& line, const config::Settings& settings);

}  // namespace wiregauge::app
