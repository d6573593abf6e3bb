// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/application.h"
#include "publish/json/field_mask.h"
#include "publish/json/writer.h"
#include "snapshot/snapshot.h"

namespace wiregauge::json {

// How many applications an interface's object lists, the biggest first.
inline constexpr size_t kInterfaceApplications = 10;

// The interface object, one JSON object. `index` is its place in the snapshot.
void WriteInterface(Writer& writer, const snapshot::InterfaceView& interface, size_t index,
                    const model::ApplicationCatalogue& catalogue);

const FieldCatalogue& InterfaceFields();

}  // namespace wiregauge::json
