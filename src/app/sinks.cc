// SPDX-License-Identifier: Apache-2.0
#include "app/sinks.h"

#include <algorithm>
#include <utility>

#include "app/data_dir.h"
#include "publish/sinks/make_sink.h"

namespace wiregauge::app {

std::shared_ptr<const sinks::RecordContext> MakeRecordContext(
    const config::Fixed& settings, const std::vector<shard::SourceOptions>& sources,
    std::shared_ptr<const model::ApplicationCatalogue> catalogue, const model::PlaceNames& places) {
  std::vector<std::string> names;
  for (const shard::SourceOptions& source : sources) names.push_back(source.name);
  return std::shared_ptr<const sinks::RecordContext>(
      new sinks::RecordContext{.catalogue = std::move(catalogue),
                               .places = places,
                               .interface_names = std::move(names),
                               .instance_name = settings.instance_name});
}

Result<std::unique_ptr<sinks::SinkSet>> MakeSinks(
    const config::Fixed& settings, std::shared_ptr<const sinks::RecordContext> context,
    const Clock& clock) {
  auto set = std::make_unique<sinks::SinkSet>();
  if (settings.sinks.empty()) return set;
  const sinks::Surroundings with{
      .context = std::move(context), .clock = clock, .data_dir = settings.data_dir};
  if (Status made = MakeDataDir(settings.data_dir); !made.ok()) return made.error();
  for (const config::Sink& sink : settings.sinks) {
    auto made = sinks::MakeSink(sink, with);
    if (!made.ok()) {
      return Error{made.error().code, "sinks." + sink.name + ": " + made.error().message};
    }
    set->Add(std::move(made).value());
  }
  return set;
}

Duration LongestDrain(const std::vector<config::Sink>& sinks) {
  Duration longest{};
  for (const config::Sink& sink : sinks) longest = std::max(longest, sink.drain_timeout);
  return longest;
}

}  // namespace wiregauge::app
