// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/settings.h"
#include "config/sink_options.h"

namespace wiregauge::config {

// What a settings file or a flag says of a sink, not yet read as values. `where` begins errors:
// "w.yaml:5: sinks.elk.port".
struct SinkText {
  const SinkOption* option = nullptr;
  std::vector<std::string> texts;
  std::string where;
};
struct SinkSpec {
  std::string name, type;
  std::vector<SinkText> texts;  // each option once at most; without `type`
  std::string password;         // from the command line
  std::string where;            // "w.yaml:3: sinks.elk"; empty: the caller says it
};

// Defaults, then what the spec says, then what must hold between options is checked. Passwords that
// stand elsewhere are not read: see sink_password.h.
Result<Sink> MakeSink(const SinkSpec& spec);

// One with the type's defaults, without a name and what must be said of it.
Sink DefaultSink(std::string_view type);

// Where its spool is, if it has one.
std::string SpoolDirOf(const Sink& sink, const std::string& data_dir);

// What must hold between sinks, whose names differ: files and spools are no other's.
Status CheckSinks(const std::vector<Sink>& sinks, const std::string& data_dir);

}  // namespace wiregauge::config
