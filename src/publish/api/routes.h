// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "alerts/alert_book.h"
#include "base/time.h"
#include "model/place.h"
#include "model/sink_state.h"
#include "publish/http/router.h"
#include "snapshot/flow_captures.h"
#include "snapshot/snapshot.h"
#include "timeseries/archive.h"

namespace wiregauge::api {

struct Library {
  std::string name;
  std::string version;
};

// What `version` tells of the binary.
struct BuildFacts {
  std::string version;     // "0.1.0"
  std::string commit;      // empty when it was not built from a repository
  std::string build_type;  // "RelWithDebInfo"
  std::vector<Library> libraries;
};

// Paths that the document gets beside those of api/openapi.yaml: by path, its item as JSON.
using OpenApiPaths = std::map<std::string, std::string>;

// What the handlers work with. Thread-safe as its members are.
struct Dependencies {
  snapshot::SnapshotSource& snapshots;
  snapshot::FlowCaptures& flow_captures;
  const Clock& clock;
  BuildFacts build;
  Timestamp started_at;
  const model::PlaceNames& places;
  std::string allowed_origin{};  // of CORS: a page of that origin may use captures, too
  const timeseries::Archive* archive = nullptr;  // null: history is off
  // Whether accounts can be read; nothing while they are off.
  std::function<bool()> accounts_readable{};
  alerts::AlertBook* alerts = nullptr;  // null: alerts are off
  // The paths that scripts have registered, null for none; nothing while scripts are off.
  std::function<std::shared_ptr<const OpenApiPaths>()> script_paths{};
  // How it stands with each sink; nothing where there are none, or none that may be seen.
  std::function<std::vector<model::SinkState>()> sinks{};
};

// Adds the REST API (version 1), /healthz, /readyz and the index at `/`. Everything they answer is
// described by api/openapi.yaml. The handlers borrow `dependencies`, which outlives the router.
void RegisterRoutes(http::Router& router, const Dependencies& dependencies);

}  // namespace wiregauge::api
