// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

namespace wiregauge::sinks {

// The JSON Schema (draft 7) of a message's value, as it follows from the field table; no names: of
// all fields. `wiregauge sinks schema kafka`.
std::string KafkaValueSchema(std::span<const std::string> fields = {});

}  // namespace wiregauge::sinks
