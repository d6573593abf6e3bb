// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "model/host_record.h"
#include "publish/http/request.h"
#include "snapshot/snapshot.h"

namespace wiregauge::api {

// The host that {host} names: on one interface, or summed over all. kInvalidArgument when the text
// is no host, kNotFound when it was not seen; the message says which VLANs it was seen in.
Result<model::HostRecord> FindHostOfPath(const http::Request& request,
                                         const snapshot::Snapshot& snapshot,
                                         std::optional<uint16_t> interface_index);

}  // namespace wiregauge::api
