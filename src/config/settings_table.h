// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "config/settings.h"

namespace wiregauge::config {

// Where a setting's value lives; the type says how its text is read: uint32_t is a number, uint64_t
// a size in bytes.
using Target =
    std::variant<bool*, uint32_t*, uint64_t*, Duration*, std::string*, std::vector<std::string>*,
                 std::vector<LocalNetwork>*, std::vector<Pool>*, ListenAddress*, log::Level*,
                 std::optional<log::Format>*>;

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
};

// Grouped by section, in the order of the help.
std::span<const Setting> SettingsTable();

// Null when there is none of that path.
const Setting* FindSetting(std::string_view path);

// "--interface" of "-i,--interface"; else the flag that turns it off; the path when it has none.
std::string_view LongFlag(const Setting& setting);

}  // namespace wiregauge::config
