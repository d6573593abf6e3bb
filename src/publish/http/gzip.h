// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wiregauge::http {

// Whether an Accept-Encoding (RFC 9110 section 12.5.3) lets the answer be gzip: "gzip" or "*" is
// there with a weight above 0.
bool AcceptsGzip(std::string_view accept_encoding);

// Nothing when zlib has no memory left. Fast rather than small: a worker waits for it.
std::optional<std::string> Gzip(std::string_view bytes);

}  // namespace wiregauge::http
