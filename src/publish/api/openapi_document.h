// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace wiregauge::api {

// api/openapi.yaml as it was at build time, and the same document as JSON.
std::string_view OpenApiYaml();
std::string_view OpenApiJson();

}  // namespace wiregauge::api
