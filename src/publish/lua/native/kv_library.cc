// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/native/kv_library.h"

#include <cmath>
#include <lua.hpp>
#include <string>
#include <utility>

#include "key_value/key_value_store.h"
#include "publish/json/parsed.h"
#include "publish/lua/call.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

using key_value::KeyValueStore;
using key_value::Name;

constexpr std::string_view kDefaultSpace = "script";
constexpr int64_t kMostKeys = 10'000;
constexpr double kMostTtlSeconds = 366.0 * 86400;
// A store is asked under a lock. More than a look at the clock costs.
constexpr uint64_t kSpendPerRequest = 2000;

KeyValueStore& StoreOf(lua_State* lua) {
  State::Of(lua).Spend(kSpendPerRequest);
  KeyValueStore* const store = Call::Of(lua).services.key_values;
  if (store == nullptr) throw ScriptError("wiregauge.kv is off: there is no store");
  return *store;
}

// The key is the first argument.
Name NameArgument(lua_State* lua, int space_index) {
  return {OptionalText(lua, space_index, "space").value_or(kDefaultSpace),
          TextArgument(lua, 1, "key")};
}

template <typename T>
T Take(Result<T> result) {
  if (!result.ok()) throw ScriptError(result.error().message);
  return std::move(result).value();
}

int Get(lua_State* lua) {
  const auto text = Take(StoreOf(lua).Get(NameArgument(lua, 2)));
  if (!text) {
    lua_pushnil(lua);
  } else if (json::Parsed::Parse(*text).ok()) {
    PushJson(lua, *text, Nulls::kKept);
  } else {
    Push(lua, *text);
  }
  return 1;
}

Duration LifeArgument(lua_State* lua, int index) {
  const auto seconds = OptionalNumber(lua, index, "ttl_s");
  if (!seconds) return {};
  if (!(*seconds > 0 && *seconds <= kMostTtlSeconds)) {
    throw ScriptError("ttl_s (argument " + std::to_string(index) +
                      ") is to be more than 0 and at most a year");
  }
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(*seconds));
}

int Set(lua_State* lua) {
  lua_settop(lua, 4);
  if (lua_isnil(lua, 2))
    throw ScriptError("value (argument 2) is missing; delete takes a key away");
  std::string text;
  WriteJson(lua, 2, text);
  const Duration life = LifeArgument(lua, 3);
  const Status set = StoreOf(lua).Set(NameArgument(lua, 4), text, life);
  if (!set.ok()) throw ScriptError(set.error().message);
  return 0;
}

int Delete(lua_State* lua) {
  Push(lua, StoreOf(lua).Delete(NameArgument(lua, 2)));
  return 1;
}

int Increment(lua_State* lua) {
  constexpr int64_t kMost = int64_t{1} << 53;
  const int64_t by = OptionalInteger(lua, 2, "by", -kMost, kMost).value_or(1);
  Push(lua, Take(StoreOf(lua).Increment(NameArgument(lua, 3), by)));
  return 1;
}

int Keys(lua_State* lua) {
  const std::string_view pattern = OptionalText(lua, 1, "pattern").value_or("*");
  const int64_t limit = OptionalInteger(lua, 2, "limit", 1, kMostKeys).value_or(1000);
  const std::string_view space = OptionalText(lua, 3, "space").value_or(kDefaultSpace);
  const auto keys = StoreOf(lua).Keys(space, pattern, static_cast<size_t>(limit));
  State::Of(lua).Spend(keys.size() * kSpendPerRequest / 10);
  lua_createtable(lua, static_cast<int>(keys.size()), 0);
  MarkArray(lua);
  for (size_t i = 0; i < keys.size(); ++i) {
    Push(lua, keys[i]);
    lua_rawseti(lua, -2, static_cast<int>(i + 1));
  }
  return 1;
}

Library Make() {
  const Parameter key{"key", "string", "at most 256 bytes"};
  const Parameter space{"space", "string?",
                        "\"script\" by default; keys of different spaces are apart"};
  return {
      "wiregauge.kv",
      "A small persistent store that all scripts share. Values are kept as JSON: strings, numbers, "
      "tables, up to 64 KiB each. Nothing is ever evicted: when it is full, set is an error.",
      {{"get",
        "The value of a key, nil when there is none. What is no JSON, as ntop.setPref keeps it, is "
        "the string that it is.",
        {key, space},
        {{"value", "any", ""}},
        Entry<Get>},
       {"set",
        "Keeps a value, in the place of what there was.",
        {key,
         {"value", "any", "what wiregauge.json.encode takes"},
         {"ttl_s", "number?", "after so many seconds it is gone; without it, never"},
         space},
        {},
        Entry<Set>},
       {"delete", "Takes a key away.", {key, space}, {{"existed", "boolean", ""}}, Entry<Delete>},
       {"increment",
        "Adds to a whole number, 0 when there is none. No other script comes between.",
        {key, {"by", "integer?", "1 by default"}, space},
        {{"value", "integer", "the new one"}},
        Entry<Increment>},
       {"keys",
        "The first keys that match, in order.",
        {{"pattern", "string?", "with * and ?; \"*\" by default"},
         {"limit", "integer?", "1000 by default"},
         space},
        {{"keys", "string[]", ""}},
        Entry<Keys>}},
      {},
      {}};
}

}  // namespace

const Library& KvLibrary() {
  static const Library library = Make();
  return library;
}

}  // namespace wiregauge::lua
