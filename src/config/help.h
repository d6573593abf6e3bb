// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace wiregauge::config {

// What --help prints.
std::string HelpText();

// docs/configuration.md: every setting, from the table. What `wiregauge --help-config` prints.
std::string ReferenceText();

}  // namespace wiregauge::config
