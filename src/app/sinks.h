// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "config/settings.h"
#include "model/application.h"
#include "model/place.h"
#include "publish/sinks/frame/sink_set.h"
#include "publish/sinks/record/field.h"
#include "shard/engine.h"

namespace wiregauge::app {

// What records are told with, beside themselves. Borrows the places.
std::shared_ptr<const sinks::RecordContext> MakeRecordContext(
    const config::Fixed& settings, const std::vector<shard::SourceOptions>& sources,
    std::shared_ptr<const model::ApplicationCatalogue> catalogue, const model::PlaceNames& places);

// The sinks of the settings, not yet started. Borrows the places and the clock. Error
// kInvalidArgument says where the sink stands, and names the key:
// "w.yaml:3: sinks.elk: filter: ...".
Result<std::unique_ptr<sinks::SinkSet>> MakeSinks(
    const config::Fixed& settings, const std::vector<shard::SourceOptions>& sources,
    std::shared_ptr<const sinks::RecordContext> context, const Clock& clock);

// Whether the sinks of the settings could be made. Errors as MakeSinks has them.
Status CheckSinks(const config::Fixed& settings, const std::vector<shard::SourceOptions>& sources,
                  const model::PlaceNames& places);

// How long the slowest of them may go on when the service stops.
Duration LongestDrain(const std::vector<config::Sink>& sinks);

}  // namespace wiregauge::app
