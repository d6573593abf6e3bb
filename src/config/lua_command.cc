// SPDX-License-Identifier: Apache-2.0
#include "config/lua_command.h"

#include <CLI/CLI.hpp>

namespace wiregauge::config {
namespace {

CLI::App* AddVerb(CLI::App& lua, LuaCommand& command, const std::string& name,
                  LuaCommand::Verb verb) {
  CLI::App* const sub = lua.add_subcommand(name)->fallthrough();
  sub->callback([&command, verb] { command.verb = verb; });
  return sub;
}

}  // namespace

void AddLuaCommands(CLI::App& app, LuaCommand& command) {
  using Verb = LuaCommand::Verb;
  CLI::App& lua = *app.add_subcommand("lua")->fallthrough()->require_subcommand(1);
  AddVerb(lua, command, "check", Verb::kCheck)->add_option("FILE", command.files)->required();
  CLI::App& run = *AddVerb(lua, command, "run", Verb::kRun);
  run.add_option("FILE", command.script)->required();
  run.add_option("ARGUMENT", command.arguments);
  AddVerb(lua, command, "reference", Verb::kReference);
  AddVerb(lua, command, "annotations", Verb::kAnnotations);
}

}  // namespace wiregauge::config
