// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <lua.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "publish/lua/compat/selection.h"
#include "publish/lua/vm/state.h"

namespace wiregauge::lua::compat {

// Named options in a table that a script gives, such as pageinfo. Values may be texts that hold
// numbers and truths, as scripts pass on what they have from _GET; an empty text is none. Bad ones
// throw ScriptError and are named.
class Options {
 public:
  // Of the table at an absolute index of the stack; nothing there: no options.
  Options(lua_State* lua, int index, std::string name);

  std::optional<std::string> Text(const char* name);
  std::optional<int64_t> Whole(const char* name, int64_t least, int64_t most);
  std::optional<bool> Truth(const char* name);
  // Throws when one of these is there and neither false nor empty: `why` says why that cannot be
  // answered.
  void Refuse(std::initializer_list<const char*> names, const char* why);
  // Names that are known and change nothing.
  void Ignore(std::initializer_list<const char*> names);
  // Warns of options that nobody has asked for.
  void Finish();

  // sortColumn without its prefix, maxHits, toSkip and a2zSortOrder.
  Page ReadPage();
  std::optional<std::string> ReadSortColumn();

  [[noreturn]] void Reject(const std::string& name, const std::string& value,
                           const std::string& expected) const;

 private:
  bool PushOption(const char* name);

  lua_State* const lua_;
  const State::Nested nested_;  // the table's __index may come here again
  const int index_;
  const std::string name_;
  std::set<std::string, std::less<>> known_;
};

// The arguments (sortColumn, maxHits, toSkip, a2zSortOrder) from the first one on.
Page PageArguments(lua_State* lua, const char* default_column, std::string& column);

// "column_bytes" and "bytes" are the same.
std::string_view WithoutColumnPrefix(std::string_view column);

}  // namespace wiregauge::lua::compat
