// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "publish/lua/native/row.h"

namespace wiregauge::lua {

// Rows in an order, as scripts see them: #list, list[1], list.total, list.missed (of
// what is read piece by piece), `for row in list:each()`,
// ipairs(list); as JSON an array. An array of pointers in the state's own memory; rows are made
// when they are looked at. Good in the call that it was made in. Inside State::Run.

// Pushes a list of `size` rows and gives where their records are to be put. Nothing may run in Lua
// until they are there.
const void** PushRowList(lua_State* lua, const RowType& type, size_t size, uint64_t total,
                         std::optional<uint64_t> missed = std::nullopt);

}  // namespace wiregauge::lua
