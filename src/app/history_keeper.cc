// SPDX-License-Identifier: Apache-2.0
#include "app/history_keeper.h"

#include <utility>

namespace wiregauge::app {
namespace {

constexpr Duration kRetryInterval = std::chrono::seconds(10);
// Of series at their steps: hours of a store that does not come back.
constexpr size_t kMostWaitingBytes = size_t{64} << 20;

history::HistoryOptions MakeHistoryOptions(const config::Fixed& settings) {
  const config::History& history = settings.history;
  return {.path = settings.data_dir + "/history.db",
          .keep = {history.keep_seconds, history.keep_minutes, history.keep_hours},
          .max_file_bytes = history.max_file_bytes,
          .flush_interval = history.flush_interval,
          .retry_interval = kRetryInterval,
          .max_waiting_bytes = kMostWaitingBytes};
}

std::vector<snapshot::InterfaceFacts> FactsOf(const std::vector<shard::SourceOptions>& sources,
                                              uint32_t workers) {
  std::vector<snapshot::InterfaceFacts> facts;
  for (const shard::SourceOptions& source : sources) {
    facts.push_back({source.name, source.path_or_interface, source.live, workers});
  }
  return facts;
}

}  // namespace

HistoryKeeper::HistoryKeeper(const config::Fixed& settings,
                             const std::vector<shard::SourceOptions>& sources,
                             const model::PlaceNames& places,
                             std::shared_ptr<const model::ApplicationCatalogue> catalogue,
                             const Clock& clock)
    : history_(MakeHistoryOptions(settings), clock),
      recorder_(history_, places, std::move(catalogue), FactsOf(sources, settings.capture.workers),
                clock) {}

}  // namespace wiregauge::app
