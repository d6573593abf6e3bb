// SPDX-License-Identifier: Apache-2.0
#include "config/sinks_command.h"

#include <CLI/CLI.hpp>

namespace wiregauge::config {

void AddSinksCommands(CLI::App& app, SinksCommand& command) {
  using Verb = SinksCommand::Verb;
  CLI::App& sinks = *app.add_subcommand("sinks")->fallthrough()->require_subcommand(1);
  sinks.add_subcommand("fields")->fallthrough()->callback(
      [&command] { command.verb = Verb::kFields; });
  CLI::App& schema = *sinks.add_subcommand("schema")->fallthrough();
  schema.callback([&command] { command.verb = Verb::kSchema; });
  schema.add_option("TYPE", command.type)->required();
}

}  // namespace wiregauge::config
