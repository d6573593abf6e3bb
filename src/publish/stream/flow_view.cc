// SPDX-License-Identifier: Apache-2.0
#include "publish/stream/flow_view.h"

#include <algorithm>

#include "publish/api/responses.h"
#include "publish/json/flow_json.h"
#include "publish/json/writer.h"
#include "snapshot/visible.h"

namespace wiregauge::stream {
namespace {

std::shared_ptr<const model::Identity> RestrictedOrNull(const http::Request& request) {
  const bool is_restricted = request.identity != nullptr && request.identity->is_restricted();
  return is_restricted ? request.identity : nullptr;
}

bool HasFilter(const http::Request& request) {
  return std::ranges::any_of(request.query, [](const http::Parameter& parameter) {
    return std::ranges::count(api::kFlowFilterParameters, parameter.name) > 0;
  });
}

}  // namespace

FlowView::FlowView(const http::Request& request, api::Query& query,
                   const std::shared_ptr<const snapshot::Snapshot>& whole,
                   const model::PlaceNames& places)
    : identity_(RestrictedOrNull(request)),
      whole_(whole),
      visible_(identity_ == nullptr ? whole : snapshot::VisiblePart(*whole, *identity_)),
      places_(places),
      shows_all_(identity_ == nullptr && !HasFilter(request)),
      filter_(query, *visible_, places),
      mask_(api::ReadFields(query, json::FlowFields())) {
  for (const snapshot::InterfaceView& interface : whole_->interfaces) {
    indices_.push_back(visible_->FindInterface(interface.name));
  }
  if (const std::string* const fields = request.FindQuery("fields")) fields_ = *fields;
}

bool FlowView::Shows(const model::FlowRecord& flow) {
  if (shows_all_) return true;
  if (identity_ == nullptr) return filter_.Matches(flow);
  const auto index = indices_[flow.interface_index];
  if (!index || !snapshot::MaySeeFlow(*identity_, flow)) return false;
  if (*index == flow.interface_index) return filter_.Matches(flow);
  model::FlowRecord seen = flow;
  seen.interface_index = *index;
  return filter_.Matches(seen);
}

void FlowView::Write(const model::FlowRecord& flow, std::string& out) const {
  json::Writer writer(out);
  writer.Apply(mask_ ? &*mask_ : nullptr);
  json::WriteFlow(writer, flow,
                  {.catalogue = *whole_->catalogue,
                   .interface_name = whole_->interfaces[flow.interface_index].name,
                   .now = flow.last_seen,
                   .places = &places_},
                  json::FlowCounters::kSinceLastReport);
}

}  // namespace wiregauge::stream
