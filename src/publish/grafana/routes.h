// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "alerts/alert_book.h"
#include "base/time.h"
#include "model/place.h"
#include "publish/grafana/script_targets.h"
#include "publish/http/router.h"
#include "snapshot/snapshot.h"
#include "timeseries/archive.h"

namespace wiregauge::grafana {

// What the handlers work with. Thread-safe as its members are.
struct Dependencies {
  const timeseries::Archive* archive = nullptr;  // null: history is off, there are flows alone
  snapshot::SnapshotSource& snapshots;
  const model::PlaceNames& places;
  const Clock& clock;
  alerts::AlertBook* alerts = nullptr;  // null: alerts are off
  ScriptTargets* scripts = nullptr;     // null: scripts are off
};

// Adds what the datasources SimpleJson and simPod JSON ask for, under /grafana and
// /lua/modules/grafana. The handlers borrow `dependencies`, which outlives the router.
void RegisterRoutes(http::Router& router, const Dependencies& dependencies);

}  // namespace wiregauge::grafana
