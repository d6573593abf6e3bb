// SPDX-License-Identifier: Apache-2.0
#include "app/history_keeper.h"

#include <utility>

#include "app/data_dir.h"

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
    : data_dir_(settings.data_dir),
      clock_(clock),
      history_(MakeHistoryOptions(settings), clock),
      archive_(history_),
      recorder_(history_, places, std::move(catalogue), FactsOf(sources, settings.capture.workers),
                {settings.history.top_local_hosts, settings.history.top_remote_hosts,
                 settings.history.max_script_series},
                clock) {}

void HistoryKeeper::Open() {
  // What is wrong with it the store says.
  (void)MakeDataDir(data_dir_).ok();
  history_.Start();
  Tell("service_started", "the service started");
}

void HistoryKeeper::Stop() {
  recorder_.Stop();
  Tell("service_stopped", "the service stopped");
}

void HistoryKeeper::Tell(std::string kind, std::string text) {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(clock_.Now());
  history_.RecordEvent({now.time_since_epoch().count(), {}, std::move(kind), std::move(text)});
}

}  // namespace wiregauge::app
