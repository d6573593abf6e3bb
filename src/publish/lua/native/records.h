// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "publish/json/field_mask.h"
#include "publish/lua/vm/library.h"

namespace wiregauge::lua {

// What api/openapi.yaml says of the members of one of its schemas.
Record RecordOfSchema(const std::string& name, std::string_view schema,
                      const json::FieldCatalogue& fields);

}  // namespace wiregauge::lua
