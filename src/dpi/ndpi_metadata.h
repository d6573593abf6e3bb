// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "dpi/metadata_reader.h"
#include "model/flow_metadata.h"

struct ndpi_flow_struct;

namespace wiregauge::dpi {

// What was read of a flow, completed by what only libndpi knows: the server's name as it takes it,
// the certificate's fingerprint, and what is inside QUIC. Null when there is nothing. Call
// it when detection has ended.
std::shared_ptr<const model::FlowMetadata> MakeMetadata(MetadataReader::Parts parts,
                                                        const ndpi_flow_struct& flow);

}  // namespace wiregauge::dpi
