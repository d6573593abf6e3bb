// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "alerts/alert_book.h"
#include "base/time.h"
#include "history/history.h"
#include "model/authentication.h"
#include "model/sink_state.h"
#include "publish/http/response.h"
#include "publish/http/router.h"
#include "publish/prometheus/exposition.h"
#include "publish/prometheus/request_metrics.h"
#include "publish/prometheus/script_state.h"
#include "publish/prometheus/traffic_series.h"
#include "publish/stream/stream_state.h"
#include "snapshot/snapshot.h"

namespace wiregauge::metrics {

struct ExporterOptions {
  SeriesLimits limits;
  // Labels of wiregauge_build_info: version, revision, ndpi_version ... Names are label names.
  std::vector<Label> build;
  // What came of credentials; nothing while accounts are off: all 0.
  std::function<model::AuthenticationCounters()> authentication{};
  // Whether accounts can be read; nothing while they are off.
  std::function<bool()> accounts_readable{};
  // How it stands with the store of history; nothing while history is off: its families are empty.
  std::function<history::HistoryState()> store{};
  // How it stands with alerts; nothing while they are off: their families are empty.
  std::function<alerts::AlertState()> alerts{};
  // How it stands with scripts; nothing while they are off: their families are empty.
  std::function<ScriptState()> scripts{};
  // How it stands with each sink; nothing where there are none.
  std::function<std::vector<model::SinkState>()> sinks{};
  // How it stands with the live stream; nothing while it is off: its families are empty.
  std::function<stream::StreamState()> stream{};
};

// Answers scrapes: every metric family, from one snapshot of at most a second's age. Thread-safe;
// borrows what it is made with.
class Exporter {
 public:
  Exporter(ExporterOptions options, snapshot::SnapshotSource& source, const Clock& clock,
           const RequestMetrics& requests);

  http::Response Serve();

 private:
  void AddAlerts(Exposition& out);
  void AddSelf(const TrafficView& traffic, Exposition& out) const;

  const ExporterOptions options_;
  snapshot::SnapshotSource& source_;
  const Clock& clock_;
  const RequestMetrics& requests_;
  TrafficSeries series_;
  std::atomic<uint64_t> folded_alert_series_{0};  // summed over the scrapes
  std::atomic<double> last_scrape_seconds_{-1};   // negative: there was none
};

// GET /metrics. The exporter outlives the router. Query parameters are ignored: Prometheus sends
// those of its configuration to every exporter alike.
void RegisterRoutes(http::Router& router, Exporter& exporter);

}  // namespace wiregauge::metrics
