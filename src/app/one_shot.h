// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/exit_code.h"
#include "config/command_line.h"
#include "config/settings.h"

namespace wiregauge::app {

// wiregauge -r: reads the files one after the other, writes flows and hosts as NDJSON, and tells a
// summary on stderr. A file that cannot be read is said and the next one follows; the exit code is
// then that of the first problem. A file that is cut gives all flows up to the cut and a warning,
// and is no failure. TERM, INT and HUP end it early: what was read is written and told, and the
// exit code is kFailure, since the output is not whole; a second signal ends it at once.
ExitCode RunOneShot(const config::CommandLine& line, const config::Settings& settings);

}  // namespace wiregauge::app
