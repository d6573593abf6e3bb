// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/place.h"
#include "publish/http/router.h"
#include "publish/stream/flow_streams.h"
#include "snapshot/snapshot.h"

namespace wiregauge::stream {

// What the handler works with. Thread-safe as its members are.
struct Dependencies {
  snapshot::SnapshotSource& snapshots;
  const model::PlaceNames& places;
  FlowStreams* streams = nullptr;  // null: the stream is off, and refused
};

// GET /api/v1/stream/flows, as api/openapi.yaml and docs/stream.md describe it. Borrows
// `dependencies`, which outlive the router.
void RegisterRoutes(http::Router& router, const Dependencies& dependencies);

}  // namespace wiregauge::stream
