// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "publish/sinks/record/field.h"

namespace wiregauge::sinks {

// The field table as a page in Markdown: docs/sink-fields.md.
std::string FieldReference();

// What a type is called there: "text", "whole number, 16 bits".
std::string_view FieldTypeName(FieldType type);

}  // namespace wiregauge::sinks
