// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/compat/options.h"

#include <cmath>
#include <utility>

#include "base/text.h"
#include "publish/lua/compat/view.h"
#include "publish/lua/vm/error.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua::compat {

Options::Options(lua_State* lua, int index, std::string name)
    : lua_(lua),
      nested_(State::Of(lua)),
      index_(lua_istable(lua, index) ? index : 0),
      name_(std::move(name)) {
  if (!lua_isnoneornil(lua, index)) TableArgument(lua, index, name_.c_str());
}

// False, and nothing is pushed: there is no such option.
bool Options::PushOption(const char* name) {
  known_.insert(name);
  if (index_ == 0) return false;
  lua_getfield(lua_, index_, name);
  if (!lua_isnil(lua_, -1) && TextAt(lua_, -1) != "") return true;
  lua_pop(lua_, 1);
  return false;
}

void Options::Reject(const std::string& name, const std::string& value,
                     const std::string& expected) const {
  throw ScriptError(name_ + "." + name + " is to be " + expected + ", not " + value);
}

std::optional<std::string> Options::Text(const char* name) {
  if (!PushOption(name)) return std::nullopt;
  if (lua_isstring(lua_, -1) == 0) Reject(name, Describe(lua_, -1), "a string");
  size_t size = 0;
  const char* const text = lua_tolstring(lua_, -1, &size);
  std::string copy(text, size);
  lua_pop(lua_, 1);
  return copy;
}

std::optional<int64_t> Options::Whole(const char* name, int64_t least, int64_t most) {
  if (!PushOption(name)) return std::nullopt;
  const double number = lua_tonumber(lua_, -1);
  const bool good = lua_isnumber(lua_, -1) != 0 && number == std::floor(number) &&
                    number >= static_cast<double>(least) && number <= static_cast<double>(most);
  if (!good) {
    Reject(name, Describe(lua_, -1),
           "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  lua_pop(lua_, 1);
  return static_cast<int64_t>(number);
}

std::optional<bool> Options::Truth(const char* name) {
  if (!PushOption(name)) return std::nullopt;
  const auto text = TextAt(lua_, -1);
  const bool is_true = lua_isboolean(lua_, -1) ? lua_toboolean(lua_, -1) != 0 : text == "true";
  if (!lua_isboolean(lua_, -1) && text != "true" && text != "false") {
    Reject(name, Describe(lua_, -1), "true or false");
  }
  lua_pop(lua_, 1);
  return is_true;
}

void Options::Refuse(std::initializer_list<const char*> names, const char* why) {
  for (const char* const name : names) {
    if (!PushOption(name)) continue;
    const bool is_off = lua_toboolean(lua_, -1) == 0 || TextAt(lua_, -1) == "false";
    lua_pop(lua_, 1);
    if (!is_off) throw ScriptError(name_ + "." + name + " cannot be answered: " + why);
  }
}

void Options::Ignore(std::initializer_list<const char*> names) {
  for (const char* const name : names) known_.insert(name);
}

void Options::Finish() {
  if (index_ == 0) return;
  for (lua_pushnil(lua_); lua_next(lua_, index_) != 0; lua_pop(lua_, 1)) {
    const auto name = TextAt(lua_, -2);
    if (name && known_.contains(*name)) continue;
    lua_pushvalue(lua_, -2);
    const std::string described = name ? std::string(*name) : Describe(lua_, -1);
    lua_pop(lua_, 1);
    WarnOnce(lua_, name_ + " has an option that is not known: " + described);
  }
}

Page Options::ReadPage() {
  constexpr int64_t kMost = int64_t{1} << 40;
  Page page;
  page.most = static_cast<uint64_t>(Whole("maxHits", 0, kMost).value_or(int64_t(page.most)));
  page.skip = static_cast<uint64_t>(Whole("toSkip", 0, kMost).value_or(0));
  page.ascending = Truth("a2zSortOrder").value_or(true);
  return page;
}

std::optional<std::string> Options::ReadSortColumn() {
  const auto column = Text("sortColumn");
  return column ? std::optional(std::string(WithoutColumnPrefix(*column))) : std::nullopt;
}

Page PageArguments(lua_State* lua, const char* default_column, std::string& column) {
  constexpr int64_t kMost = int64_t{1} << 40;
  Page page;
  column = WithoutColumnPrefix(OptionalText(lua, 1, "sortColumn").value_or(""));
  if (column.empty()) column = default_column;
  page.most = static_cast<uint64_t>(
      OptionalInteger(lua, 2, "maxHits", 0, kMost).value_or(int64_t(page.most)));
  page.skip = static_cast<uint64_t>(OptionalInteger(lua, 3, "toSkip", 0, kMost).value_or(0));
  page.ascending = OptionalBoolean(lua, 4, "a2zSortOrder").value_or(true);
  return page;
}

std::string_view WithoutColumnPrefix(std::string_view column) {
  constexpr std::string_view kPrefix = "column_";
  if (column.starts_with(kPrefix)) column.remove_prefix(kPrefix.size());
  return column;
}

}  // namespace wiregauge::lua::compat
