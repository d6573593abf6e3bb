// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/text.h"
#include "model/flow_metadata.h"

namespace wiregauge::api {

// Whether what was read in a flow holds the text: the server's name, HTTP's host, url and user
// agent, DNS's query, SNI and the certificate's subject, SSH's banners, the names in DHCP and
// NetBIOS.
bool MetadataHolds(const model::FlowMetadata& metadata, const TextSearch& search);

}  // namespace wiregauge::api
