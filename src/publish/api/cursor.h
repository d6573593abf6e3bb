// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wiregauge::api {

// Where a page ended: the place of its last row in the order, so that the next page begins behind
// it whatever rows have come and gone. Clients get it as an opaque word.
struct Cursor {
  std::string sort;  // the `sort` it belongs to
  int64_t rank = 0;
  std::string row_id;
};

std::string FormatCursor(const Cursor& cursor);
std::optional<Cursor> ParseCursor(std::string_view text);

}  // namespace wiregauge::api
