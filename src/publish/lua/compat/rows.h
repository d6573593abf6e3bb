// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <lua.hpp>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "publish/lua/compat/view.h"
#include "publish/lua/vm/error.h"
#include "publish/lua/vm/library.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

// Rows as ntopng has them, tables with a hundred keys, which cost little until a key is read.
namespace wiregauge::lua::compat {

// What a record has: one table for what scripts read, the manual and editors. Made once, then
// immutable and for any thread.
template <typename Row>
class KeyTable {
 public:
  using PushKey = void (*)(lua_State*, const View&, const Row&);

  // `detail`: what of the snapshot the values are made of.
  KeyTable(std::string name, std::string help, snapshot::Detail detail = snapshot::Detail::kRows)
      : record_{std::move(name), std::move(help), {}}, detail_(detail) {}

  // `value` holds nothing: value(view, row) gives what Push takes, value(lua, view, row) pushes
  // it. Nothing, or nil, makes the key absent.
  template <typename Value>
  void Add(std::string name, std::string type, std::string help, Value) {
    const PushKey push = [](lua_State* lua, const View& view, const Row& row) {
      if constexpr (std::is_invocable_v<Value, lua_State*, const View&, const Row&>) {
        Value{}(lua, view, row);
      } else {
        Push(lua, Value{}(view, row));
      }
    };
    by_name_.emplace(name, push);
    keys_.emplace_back(name, push);
    record_.fields.push_back({std::move(name), std::move(type), std::move(help)});
  }
  // Another spelling of a key, which only reading knows.
  void AddAlias(std::string name, const std::string& of) {
    by_name_.emplace(std::move(name), by_name_.at(of));
  }

  // Null when there is no such key.
  PushKey Find(const std::string& name) const {
    const auto key = by_name_.find(name);
    return key == by_name_.end() ? nullptr : key->second;
  }
  const std::vector<std::pair<std::string, PushKey>>& keys() const { return keys_; }
  const Record& record() const { return record_; }
  snapshot::Detail detail() const { return detail_; }

 private:
  std::vector<std::pair<std::string, PushKey>> keys_;
  std::unordered_map<std::string, PushKey> by_name_;
  Record record_;
  snapshot::Detail detail_;
};

// Rows that one function gives a script: tables that compute a key when it is first read, all of
// them when pairs() or JSON asks. Good in their own call only: afterwards a key that was not read
// raises.
template <typename Row>
class RowBatch {
  static_assert(std::is_trivially_copyable_v<Row> && alignof(Row) <= 8);

 public:
  // Pushes two values that PushRow needs, and that Finish takes off.
  RowBatch(lua_State* lua, const KeyTable<Row>& keys, const View& view, std::span<const Row> rows)
      : lua_(lua), base_(lua_gettop(lua)) {
    luaL_checkstack(lua, 12, "rows");
    void* const memory = lua_newuserdata(lua, sizeof(Held) + rows.size() * sizeof(Row));
    Held& held = *new (memory) Held{&keys, view.call.id, view.interface_index};
    std::uninitialized_copy(rows.begin(), rows.end(), held.rows());
    PushIndices();
    PushMetatable();
    lua_remove(lua, base_ + 1);
  }
  RowBatch(const RowBatch&) = delete;
  RowBatch& operator=(const RowBatch&) = delete;

  // Pushes the table of the row at `index`.
  void PushRow(size_t index) {
    constexpr uint64_t kSpendPerRow = 300;
    State::Of(lua_).Spend(kSpendPerRow);
    lua_newtable(lua_);
    lua_pushvalue(lua_, -1);
    lua_pushnumber(lua_, static_cast<double>(index));
    lua_rawset(lua_, base_ + 1);
    lua_pushvalue(lua_, base_ + 2);
    lua_setmetatable(lua_, -2);
  }
  // Takes the two values off from under what is on top.
  void Finish() {
    lua_remove(lua_, base_ + 2);
    lua_remove(lua_, base_ + 1);
  }

 private:
  struct Held {
    Row* rows() { return reinterpret_cast<Row*>(this + 1); }

    const KeyTable<Row>* keys;
    uint64_t call_id;
    uint16_t interface_index;
  };

  // Table of a row -> its index, while some key of it may still be computed.
  void PushIndices() {
    lua_newtable(lua_);
    lua_createtable(lua_, 0, 1);
    SetField(lua_, "__mode", "k");
    lua_setmetatable(lua_, -2);
  }

  void PushMetatable() {
    lua_createtable(lua_, 0, 3);
    PushClosure(Entry<ReadKey>);
    lua_setfield(lua_, -2, "__index");
    PushClosure(Entry<ReadAll>);
    lua_setfield(lua_, -2, "__pairs");
    SetField(lua_, "__metatable", false);
  }
  void PushClosure(lua_CFunction function) {
    lua_pushvalue(lua_, base_ + 1);
    lua_pushvalue(lua_, base_ + 2);
    lua_pushcclosure(lua_, function, 2);
  }

  // Of the table at stack index 1; null when nothing is left to compute.
  static const Row* RowOf(lua_State* lua, Held& held) {
    lua_pushvalue(lua, 1);
    lua_rawget(lua, lua_upvalueindex(2));
    const bool is_known = lua_isnumber(lua, -1) != 0;
    const auto index = static_cast<size_t>(lua_tonumber(lua, -1));
    lua_pop(lua, 1);
    return is_known ? held.rows() + index : nullptr;
  }
  static View ViewOf(lua_State* lua, const Held& held) {
    if (Call::Of(lua).id != held.call_id) {
      throw ScriptError("this " + held.keys->record().name +
                        " is of a call that is over, and what was not read then is gone: keep "
                        "single values, or ask again");
    }
    return View::OfInterface(lua, held.interface_index, held.keys->detail());
  }

  // __index(row, key)
  static int ReadKey(lua_State* lua) {
    constexpr uint64_t kSpendPerKey = 200;
    Held& held = *static_cast<Held*>(lua_touserdata(lua, lua_upvalueindex(1)));
    const auto name = TextAt(lua, 2);
    const Row* const row = name ? RowOf(lua, held) : nullptr;
    if (row == nullptr) return 0;
    const auto push = held.keys->Find(std::string(*name));
    if (push == nullptr) return 0;
    State::Of(lua).Spend(kSpendPerKey);
    push(lua, ViewOf(lua, held), *row);
    if (lua_isnil(lua, -1)) return 1;
    lua_pushvalue(lua, 2);
    lua_pushvalue(lua, -2);
    lua_rawset(lua, 1);
    return 1;
  }

  // __pairs(row)
  static int ReadAll(lua_State* lua) {
    Held& held = *static_cast<Held*>(lua_touserdata(lua, lua_upvalueindex(1)));
    if (const Row* const row = RowOf(lua, held)) {
      Fill(lua, held, *row);
      lua_pushvalue(lua, 1);
      lua_pushnil(lua);
      lua_rawset(lua, lua_upvalueindex(2));
    }
    lua_getglobal(lua, "next");
    lua_pushvalue(lua, 1);
    lua_pushnil(lua);
    return 3;
  }
  static void Fill(lua_State* lua, const Held& held, const Row& row) {
    const View view = ViewOf(lua, held);
    State::Of(lua).Spend(held.keys->keys().size() * 100);
    for (const auto& [name, push] : held.keys->keys()) {
      Push(lua, name);
      lua_pushvalue(lua, -1);
      lua_rawget(lua, 1);
      const bool is_there = !lua_isnil(lua, -1);
      lua_pop(lua, 1);
      if (is_there) {
        lua_pop(lua, 1);
        continue;
      }
      push(lua, view, row);
      lua_rawset(lua, 1);
    }
  }

  lua_State* const lua_;
  const int base_;
};

// Pushes a table that has all keys.
template <typename Row>
void PushAll(lua_State* lua, const KeyTable<Row>& keys, const View& view, const Row& row) {
  State::Of(lua).Spend(keys.keys().size() * 100);
  luaL_checkstack(lua, 12, "row");
  lua_newtable(lua);
  for (const auto& [name, push] : keys.keys()) {
    Push(lua, name);
    push(lua, view, row);
    lua_rawset(lua, -3);
  }
}

// Pushes an array of tables that have all keys.
template <typename Row>
void PushArray(lua_State* lua, const KeyTable<Row>& keys, const View& view,
               const std::vector<const Row*>& rows) {
  lua_createtable(lua, static_cast<int>(rows.size()), 0);
  for (size_t i = 0; i < rows.size(); ++i) {
    PushAll(lua, keys, view, *rows[i]);
    lua_rawseti(lua, -2, static_cast<int>(i + 1));
  }
}

// Pushes one row.
template <typename Row>
void PushOneRow(lua_State* lua, const KeyTable<Row>& keys, const View& view, const Row& row) {
  RowBatch<Row> batch(lua, keys, view, std::span(&row, 1));
  batch.PushRow(0);
  batch.Finish();
}

}  // namespace wiregauge::lua::compat
