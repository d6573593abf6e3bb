// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "model/flow_record.h"

namespace wiregauge::model {

// What a batch takes in memory, the metadata of its records included; names are shared with hosts.
size_t BytesOf(const FlowBatch& batch);

}  // namespace wiregauge::model
