// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "config/settings.h"
#include "history/history.h"
#include "model/application.h"
#include "model/place.h"
#include "recorder/recorder.h"
#include "shard/engine.h"
#include "timeseries/archive.h"

namespace wiregauge::app {

// History as the service has it: what is kept, and who records it.
class HistoryKeeper {
 public:
  // A file that cannot be opened is no error: the service goes on without, says so, and tries
  // again. Borrows places and clock.
  HistoryKeeper(const config::Fixed& settings, const std::vector<shard::SourceOptions>& sources,
                const model::PlaceNames& places,
                std::shared_ptr<const model::ApplicationCatalogue> catalogue, const Clock& clock);

  // What the engine tells files' seconds to.
  snapshot::TickSink& ticks() { return recorder_; }
  // When the engine runs.
  void Start(snapshot::SnapshotSource& source) { recorder_.Start(source); }
  // When nothing else keeps the service from serving: makes data_dir and writes from now on.
  void Open();
  // When the engine has stopped: records the rest.
  void Stop();

  // Where scripts tell what they count and measure.
  recorder::ScriptSeries& script_series() { return recorder_.script_series(); }

  const timeseries::Archive& archive() const { return archive_; }

 private:
  void Tell(std::string kind, std::string text);

  const std::string data_dir_;
  const Clock& clock_;
  history::History history_;
  timeseries::Archive archive_;
  recorder::Recorder recorder_;
};

}  // namespace wiregauge::app
