// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

struct lua_State;

namespace wiregauge::lua {

// Reads the named fields of a table that a script gives as a description, strictly: a field of
// another type and, in the end, a field that nobody asked for is a ScriptError that names it.
class TableReader {
 public:
  // `what` stands before a field's name in errors: "route", "parameter \"limit\"".
  TableReader(lua_State* lua, int index, std::string what);

  std::optional<std::string> Text(const char* name);
  std::string RequiredText(const char* name);
  std::optional<double> Number(const char* name);
  std::optional<bool> Boolean(const char* name);
  // Pushes the field if it is a table; false and nothing pushed when it is not there.
  bool PushTable(const char* name);
  // Pushes the field if it is a function; else throws.
  void PushFunction(const char* name);
  // Pushes whatever there is, also nil.
  void PushAny(const char* name);
  // Throws when the table has fields that were not read.
  void Finish();

  [[noreturn]] void Refuse(std::string_view name, const std::string& why) const;

 private:
  bool Push(const char* name);

  lua_State* const lua_;
  const int index_;
  const std::string what_;
  std::set<std::string, std::less<>> read_;
};

}  // namespace wiregauge::lua
