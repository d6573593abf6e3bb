// SPDX-License-Identifier: Apache-2.0
#include "model/batch_bytes.h"

namespace wiregauge::model {

size_t BytesOf(const FlowBatch& batch) {
  size_t bytes = batch.capacity() * sizeof(FlowRecord);
  for (const FlowRecord& record : batch) {
    if (record.metadata != nullptr) bytes += record.metadata->bytes();
  }
  return bytes;
}

}  // namespace wiregauge::model
