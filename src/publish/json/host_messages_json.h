// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/host_messages.h"
#include "publish/json/writer.h"

namespace wiregauge::json {

// What a host says in DNS and HTTP, as members of the open object. Every number is always there.
void WriteHostDns(Writer& writer, const model::HostDns& dns);
void WriteHostHttp(Writer& writer, const model::HostHttp& http);

}  // namespace wiregauge::json
