// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/flow_record.h"
#include "model/identity.h"
#include "model/place.h"
#include "publish/api/flow_filter.h"
#include "publish/api/query.h"
#include "publish/http/request.h"
#include "publish/json/field_mask.h"
#include "snapshot/snapshot.h"

namespace wiregauge::stream {

// Which flow records one request wants and may see, and which of their members. Names are those
// that a record has itself. Borrows the places. Not thread-safe.
class FlowView {
 public:
  // Reads the filters of GET /api/v1/flows and `fields`; what is wrong is refused there. `whole` is
  // a snapshot with the counters.
  FlowView(const http::Request& request, api::Query& query,
           const std::shared_ptr<const snapshot::Snapshot>& whole, const model::PlaceNames& places);

  bool Shows(const model::FlowRecord& flow);
  // Every record there is.
  bool shows_all() const { return shows_all_; }

  // The record's object.
  void Write(const model::FlowRecord& flow, std::string& out) const;
  // Those with the same fields write the same.
  const std::string& fields() const { return fields_; }

 private:
  const std::shared_ptr<const model::Identity> identity_;  // null: sees everything
  const std::shared_ptr<const snapshot::Snapshot> whole_;
  const std::shared_ptr<const snapshot::Snapshot> visible_;
  // Of interfaces, in `visible_` by that in `whole_`; nothing: it may not be seen.
  std::vector<std::optional<uint16_t>> indices_;
  const model::PlaceNames& places_;
  const bool shows_all_;
  api::FlowFilter filter_;
  std::string fields_;
  std::optional<json::FieldMask> mask_;
};

}  // namespace wiregauge::stream
