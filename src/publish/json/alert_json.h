// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/alert.h"
#include "publish/json/field_mask.h"
#include "publish/json/writer.h"

namespace wiregauge::json {

// One JSON object; every member is always there, null when it is not known. Details that are no
// JSON object are null.
void WriteAlert(Writer& writer, const model::Alert& alert);

// Every member it may write; what is in the details is not chosen from.
const FieldCatalogue& AlertFields();

}  // namespace wiregauge::json
