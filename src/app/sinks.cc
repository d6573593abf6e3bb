// SPDX-License-Identifier: Apache-2.0
#include "app/sinks.h"

#include <algorithm>
#include <utility>

#include "app/data_dir.h"
#include "base/log.h"
#include "config/sink_password.h"
#include "dpi/classifier.h"
#include "publish/sinks/make_sink.h"

namespace wiregauge::app {
namespace {

Error Named(const config::Sink& sink, const Error& error) {
  return {error.code, sink.place.text + ": " + error.message};
}

}  // namespace

std::shared_ptr<const sinks::RecordContext> MakeRecordContext(
    const config::Fixed& settings, const std::vector<shard::SourceOptions>& sources,
    std::shared_ptr<const model::ApplicationCatalogue> catalogue, const model::PlaceNames& places) {
  std::vector<std::string> names;
  for (const shard::SourceOptions& source : sources) names.push_back(source.name);
  return std::make_shared<const sinks::RecordContext>(std::move(catalogue), places,
                                                      std::move(names), settings.instance_name);
}

Result<std::unique_ptr<sinks::SinkSet>> MakeSinks(
    const config::Fixed& settings, const std::vector<shard::SourceOptions>& sources,
    std::shared_ptr<const sinks::RecordContext> context, const Clock& clock) {
  const bool is_live = std::ranges::any_of(sources, &shard::SourceOptions::live);
  auto set = std::make_unique<sinks::SinkSet>(!is_live);
  if (settings.sinks.empty()) return set;
  const sinks::Surroundings with{
      .context = std::move(context), .clock = clock, .data_dir = settings.data_dir};
  if (Status made = MakeDataDir(settings.data_dir); !made.ok()) return made.error();
  for (const config::Sink& sink : settings.sinks) {
    if (sink.password_on_command_line) {
      log::Warning("sinks", "every user of this machine can read the password on the command line",
                   {{"sink", sink.name}, {"instead", config::SinkPasswordVariable(sink.name)}});
    }
    auto made = sinks::MakeSink(sink, with);
    if (!made.ok()) return Named(sink, made.error());
    set->Add(std::move(made).value());
  }
  return set;
}

Status CheckSinks(const config::Fixed& settings, const std::vector<shard::SourceOptions>& sources,
                  const model::PlaceNames& places) {
  const SystemClock clock;
  const sinks::Surroundings with{
      .context = MakeRecordContext(settings, sources, dpi::MakeCatalogue(), places),
      .clock = clock,
      .data_dir = settings.data_dir};
  for (const config::Sink& sink : settings.sinks) {
    if (Status good = sinks::CheckSink(sink, with); !good.ok()) return Named(sink, good.error());
  }
  return {};
}

Duration LongestDrain(const std::vector<config::Sink>& sinks) {
  Duration longest{};
  for (const config::Sink& sink : sinks) longest = std::max(longest, sink.drain_timeout);
  return longest;
}

}  // namespace wiregauge::app
