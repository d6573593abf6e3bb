// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/exit_code.h"
#include "base/result.h"
#include "config/command_line.h"
#include "config/settings.h"

namespace wiregauge::app {

// The settings that file and flags give together, with a filter that can be compiled. Every error
// is one of bad configuration.
Result<config::Settings> LoadSettings(const config::CommandLine& line);

// Whether the certificate and its key, when there are any, can be used.
Status CheckCertificate(const config::Http& settings);

// Says an error of MakeSources, and gives the code to end with: sources that are wrong are wrong
// where they stand, on the command line or in the file.
ExitCode RefuseSources(const Error& error, const config::CommandLine& line);

}  // namespace wiregauge::app
