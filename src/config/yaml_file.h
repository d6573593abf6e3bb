// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "config/settings_table.h"
#include "config/sink_settings.h"

namespace wiregauge::config {

// What a settings file says of one setting, not yet read as a value.
struct FileValue {
  const Setting* setting = nullptr;
  std::vector<std::string> texts;
  std::vector<SinkSpec> sinks;  // instead of texts, of the setting IsSinks
  int line = 0;
};

// Reads a settings file strictly: a key that is unknown or stands twice, a section that is not one,
// a value of the wrong shape are errors that say file, line, key and what was expected. An empty
// file says nothing, which is fine. Errors: kNotFound, kPermissionDenied, kInvalidArgument.
Result<std::vector<FileValue>> ReadSettingsFile(const std::string& path);

// The same for the file's text; `name` stands for it in errors.
Result<std::vector<FileValue>> ParseSettingsText(const std::string& name, const std::string& text);

}  // namespace wiregauge::config
