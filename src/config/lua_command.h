// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace wiregauge::config {

// `wiregauge lua ...`.
struct LuaCommand {
  enum class Verb : uint8_t { kNone, kCheck, kRun, kReference, kAnnotations };

  Verb verb = Verb::kNone;
  std::vector<std::string> files;      // of kCheck
  std::string script;                  // of kRun
  std::vector<std::string> arguments;  // of kRun: NAME=VALUE
};

// Adds the commands to the command line's parser; `command` is filled when it has parsed.
void AddLuaCommands(CLI::App& app, LuaCommand& command);

}  // namespace wiregauge::config
