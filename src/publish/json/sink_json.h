// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/sink_state.h"
#include "publish/json/field_mask.h"
#include "publish/json/writer.h"

namespace wiregauge::json {

// One JSON object; every member is always there, null when it is not known.
void WriteSink(Writer& writer, const model::SinkState& sink);

// The terms of offered = delivered + waiting + dropped, in records, into the open object.
void WriteSinkLedger(Writer& writer, const model::SinkLedger& ledger);

// Every member WriteSink may write.
const FieldCatalogue& SinkFields();

}  // namespace wiregauge::json
