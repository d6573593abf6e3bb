// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/packet_view.h"
#include "base/result.h"

// Private to this room.
namespace wiregauge::capture {

// libpcap's DLT_ value as a LinkType. Error: kInvalidArgument, a sentence without a subject that
// names the link type and those that are supported.
Result<LinkType> LinkTypeOfDlt(int dlt);

}  // namespace wiregauge::capture
