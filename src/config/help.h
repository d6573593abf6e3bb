// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace wiregauge::config {

// What --help prints, and what `wiregauge COMMAND ... --help` does.
std::string HelpText();
std::string CommandHelpText(std::string_view command);

// docs/configuration.md: every setting, from the table. What `wiregauge --help-config` prints.
std::string ReferenceText();

}  // namespace wiregauge::config
