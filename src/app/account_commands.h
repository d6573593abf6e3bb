// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/exit_code.h"
#include "config/account_command.h"

namespace wiregauge::app {

// Does what `wiregauge user ...` or `wiregauge token ...` says, in data_dir's accounts.db, whether
// the service runs or not. Run by root it works as the owner of data_dir, so that the service can
// go on using the file. kFailure when the user or token is not there, or the file cannot be used;
// kUsage for a name or password that cannot be one.
ExitCode RunAccountCommand(const config::AccountCommand& command, const std::string& data_dir);

}  // namespace wiregauge::app
