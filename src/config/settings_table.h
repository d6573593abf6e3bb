// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/settings.h"
#include "config/value.h"

namespace wiregauge::config {

// One setting. YAML reading, flags, --help and docs/configuration.md all follow from this.
struct Setting {
  std::string_view path = {};              // in the YAML file: "flows.idle_timeout"
  std::string_view flag = {};              // "-i,--interface"; empty: in the file only
  std::string_view off_flag = {};          // "--no-accounts": makes a BOOL false, takes no value
  std::string_view value = {};             // the value's name in the help: "SOURCE"
  std::string_view initial = {};           // the default, written as a user would; empty: none
  std::string_view least = {}, most = {};  // the range, written as a value; empty: no bound
  std::string_view choices = {};           // "text|json"; empty: free
  std::string_view help = {};              // sentences
  bool several_lines = false;              // a text that may hold line ends and tabs
  bool reloadable = false;                 // SIGHUP changes it
  Target (*target)(Settings& settings) = nullptr;

  ValueRule rule() const {
    return {.least = least, .most = most, .choices = choices, .several_lines = several_lines};
  }
};

// Grouped by section, in the order of the help.
std::span<const Setting> SettingsTable();

// Null when there is none of that path.
const Setting* FindSetting(std::string_view path);

// "--interface" of "-i,--interface"; else the flag that turns it off; the path when it has none.
std::string_view LongFlag(const Setting& setting);

// As those of value.h, for a setting's place in `settings`. (Not const because a Target is not.)
Status Assign(const Setting& setting, std::span<const std::string> texts, Settings& settings);
bool SameValue(const Setting& setting, Settings& a, Settings& b);
bool IsList(const Setting& setting);
std::string Expectation(const Setting& setting);

// A list whose items have names; in the settings file: keys with what belongs to each.
bool IsNamedList(const Setting& setting);

// The named list of sinks, whose items are options with values. In every other one they are texts:
// "ITEM=NAME".
bool IsSinks(const Setting& setting);

}  // namespace wiregauge::config
