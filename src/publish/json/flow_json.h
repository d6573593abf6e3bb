// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"
#include "model/application.h"
#include "model/flow_record.h"
#include "model/name_index.h"
#include "model/place.h"
#include "publish/json/field_mask.h"
#include "publish/json/writer.h"

namespace wiregauge::json {

// What a flow's object says beyond its record.
struct FlowContext {
  const model::ApplicationCatalogue& catalogue;
  std::string_view interface_name;
  Timestamp now;  // snapshot::InterfaceView::rates_at of the flow's interface
  const model::PlaceNames* places = nullptr;  // null: nothing has a name
  const model::NameIndex* names = nullptr;    // null: only the record's own
};

enum class FlowCounters : uint8_t {
  kTotals,           // from the flow's first packet on
  kSinceLastReport,  // what no earlier record of the flow has told; first_seen is its start
};

// The flow object of the contract, one JSON object: the same in REST, NDJSON and the sinks. A value
// that is not known is null; `tcp` and `icmp` are there only for these protocols.
void WriteFlow(Writer& writer, const model::FlowRecord& flow, const FlowContext& context,
               FlowCounters counters);

// The name of an end: as it was when the record was made, or else as it is now. Empty when there is
// none; `names` may be null.
std::string_view NameOfClient(const model::FlowRecord& flow, const model::NameIndex* names);
std::string_view NameOfServer(const model::FlowRecord& flow, const model::NameIndex* names);

// Every member WriteFlow may write.
const FieldCatalogue& FlowFields();

// The rates the object shows: at `now` while the flow is active; after that nothing flows.
model::Rates FlowRates(const model::FlowRecord& flow, Timestamp now);

// L4 payload of both sides by frame bytes, four decimals; nothing for a flow without bytes.
std::optional<double> GoodputRatio(const model::FlowRecord& flow, FlowCounters counters);

}  // namespace wiregauge::json
