// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace CLI {
class App;
}

namespace wiregauge::config {

// `wiregauge sinks ...`.
struct SinksCommand {
  enum class Verb : uint8_t { kNone, kFields, kSchema };

  Verb verb = Verb::kNone;
  std::string type;  // of kSchema: a type of sink
};

// Adds the commands to the command line's parser; `command` is filled when it has parsed.
void AddSinksCommands(CLI::App& app, SinksCommand& command);

}  // namespace wiregauge::config
