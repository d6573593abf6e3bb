// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "model/flow_capture.h"
#include "publish/json/field_mask.h"
#include "publish/json/writer.h"

namespace wiregauge::json {

// One JSON object; every member is always there, null when it is not known.
void WriteFlowCapture(Writer& writer, const model::FlowCaptureRecord& capture,
                      std::string_view interface_name);

// Every member it may write.
const FieldCatalogue& FlowCaptureFields();

}  // namespace wiregauge::json
