// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/account_command.h"
#include "config/load.h"
#include "config/lua_command.h"
#include "config/sinks_command.h"

namespace wiregauge::config {

enum class Action : uint8_t {
  kService,
  kRead,  // -r
  kCheckConfig,
  kListInterfaces,
  kAccounts,  // user, token
  kLua,
  kSinks,
  kVersion,
  kHelp,
  kReference,  // --help-config
};

// The command line, taken apart. The flags' values are good ones; Load puts them into Settings.
struct CommandLine {
  Action action = Action::kService;
  std::string command;      // "user", "sinks"; empty: none
  std::string config_file;  // empty: none
  std::vector<FlagValue> flags;
  std::vector<std::string> read_files;
  std::string flows_path, hosts_path;  // "-" is standard output; empty: not wanted
  bool json = false;
  AccountCommand account;
  LuaCommand lua;
  SinksCommand sinks;

  bool HasFlag(std::string_view setting_path) const;
};

// `arguments` without the program's name. Every error is one of usage (exit code 2).
Result<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments);

}  // namespace wiregauge::config
