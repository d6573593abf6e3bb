// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/application.h"
#include "model/flow_metadata.h"
#include "publish/json/writer.h"

namespace wiregauge::json {

// "server_name", "info" and an object for each protocol the flow spoke, into the open object.
// `metadata` may be null.
void WriteFlowMetadata(Writer& writer, const model::FlowMetadata* metadata,
                       const model::ApplicationCatalogue& catalogue);

// One line about what the flow is for: "GET www.example.org/index.html 404", "www.example.org AAAA
// NXDOMAIN", a server's name, SSH's banner. Empty when nothing is known. One that has to be put
// together is in `made`, which is empty before; others are where the metadata has them.
std::string_view FlowInfo(const model::FlowMetadata& metadata, std::string& made);

// Every path WriteFlowMetadata may write.
std::span<const std::string_view> FlowMetadataFields();

}  // namespace wiregauge::json
