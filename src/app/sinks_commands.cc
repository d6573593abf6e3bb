// SPDX-License-Identifier: Apache-2.0
#include "app/sinks_commands.h"

#include <algorithm>
#include <string>
#include <vector>

#include "config/sink_settings.h"
#include "publish/sinks/make_sink.h"
#include "publish/sinks/record/field_reference.h"

namespace wiregauge::app {
namespace {

// The first of that type in the settings; without settings, one with the defaults.
Result<config::Sink> SinkToDescribe(const config::CommandLine& line,
                                    const std::vector<config::Sink>& known) {
  const std::string& type = line.sinks.type;
  const auto sink = std::ranges::find(known, type, &config::Sink::type);
  if (sink != known.end()) return *sink;
  const std::string said_in = line.HasFlag("sinks") ? "--export" : line.config_file;
  if (said_in.empty()) return config::DefaultSink(type);
  return Error{ErrorCode::kInvalidArgument, said_in + " has no sink of type " + type};
}

ExitCode PrintSchema(const config::Sink& sink) {
  const auto schema = sinks::SchemaText(sink);
  if (!schema.ok()) {
    const std::string where = sink.place.text.empty() ? "" : sink.place.text + ": ";
    return Refuse({schema.error().code, where + schema.error().message}, ExitCode::kUsage);
  }
  return Print(*schema + (schema->ends_with('\n') ? "" : "\n"));
}

}  // namespace

ExitCode RunSinksCommand(const config::CommandLine& line, const config::Settings& settings) {
  if (line.sinks.verb == config::SinksCommand::Verb::kFields) {
    return Print(sinks::FieldReference());
  }
  const auto sink = SinkToDescribe(line, settings.fixed.sinks);
  if (!sink.ok()) return Refuse(sink.error(), ExitCode::kUsage);
  return PrintSchema(*sink);
}

}  // namespace wiregauge::app
