// SPDX-License-Identifier: Apache-2.0
#include "app/sinks_commands.h"

#include <algorithm>
#include <string>

#include "config/sink_settings.h"
#include "publish/sinks/make_sink.h"
#include "publish/sinks/record/field_reference.h"

namespace wiregauge::app {

ExitCode RunSinksCommand(const config::CommandLine& line, const config::Settings& settings) {
  if (line.sinks.verb == config::SinksCommand::Verb::kFields) {
    return Print(sinks::FieldReference());
  }
  const auto& known = settings.fixed.sinks;
  const auto sink = std::ranges::find(known, line.sinks.type, &config::Sink::type);
  const auto schema =
      sinks::SchemaText(sink != known.end() ? *sink : config::DefaultSink(line.sinks.type));
  if (!schema.ok()) return Refuse(schema.error(), ExitCode::kUsage);
  return Print(*schema + (schema->ends_with('\n') ? "" : "\n"));
}

}  // namespace wiregauge::app
