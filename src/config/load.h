// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "config/settings_table.h"

namespace wiregauge::config {

// What the command line says of one setting.
struct FlagValue {
  const Setting* setting = nullptr;
  std::vector<std::string> texts;
};

// Defaults, then the file (none when `file` is empty), then the flags, which win; then what must
// hold between settings is checked, and sinks' passwords are read (sink_password.h). An error says
// where the value stood: "FILE:LINE: key: ..." or
// "--flag: ...".
Result<Settings> Load(const std::string& file, const std::vector<FlagValue>& flags);

// Paths of the settings that are fixed at the start and differ.
std::vector<std::string_view> ChangedFixedSettings(Settings& before, Settings& after);

}  // namespace wiregauge::config
