// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "publish/json/field_mask.h"
#include "publish/json/writer.h"

struct lua_State;

// Rows of a snapshot as scripts see them: objects with the members of the contract's objects, each
// made when it is read. A row is a pointer; it is good in the call that it was made in. Inside
// State::Run.
namespace wiregauge::lua {

class Call;

// A member that is pushed without writing JSON, with the same value.
struct QuickMember {
  std::string_view path;  // "client.ip"
  void (*push)(lua_State* lua, const void* record, Call& call);
};

// What a kind of row is. One object for the program's life: rows are told apart by its address.
struct RowType {
  std::string_view name;  // "flow"
  const json::FieldCatalogue& (*fields)();
  // Writes the whole object: what all else is made of.
  void (*write)(json::Writer& writer, const void* record, Call& call);
  // Members that are objects in every row, of which scripts read single members.
  std::span<const std::string_view> objects;
  std::span<const QuickMember> quick;
};

void PushRow(lua_State* lua, const RowType& type, const void* record);
// With the metatable at this stack index (PushRowMetatable): for loops.
void PushRow(lua_State* lua, int metatable, const void* record);
void PushRowMetatable(lua_State* lua, const RowType& type);

// Work that writing a row is, in State::Spend's unit.
inline constexpr uint64_t kSpendPerRow = 2000;

}  // namespace wiregauge::lua
