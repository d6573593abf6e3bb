// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/exit_code.h"
#include "config/command_line.h"
#include "config/settings.h"

namespace wiregauge::app {

// `wiregauge sinks fields | schema TYPE`: prints what sinks send, and what a receiver has for it. A
// sink of that type in the settings gives its options; without settings it has the defaults.
ExitCode RunSinksCommand(const config::CommandLine& line, const config::Settings& settings);

}  // namespace wiregauge::app
