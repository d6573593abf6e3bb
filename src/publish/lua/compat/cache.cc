// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>
#include <vector>

#include "key_value/key_value_store.h"
#include "publish/lua/compat/functions.h"
#include "publish/lua/compat/view.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

// The key-value store as ntopng's scripts know Redis. What is missing is "".
namespace wiregauge::lua::compat {
namespace {

using key_value::KeyValueStore;
using key_value::Name;

constexpr std::string_view kCache = "cache", kPrefs = "prefs";
constexpr size_t kMostAnswers = 100'000;
constexpr uint64_t kSpendPerCall = 1000, kSpendPerAnswer = 200;

KeyValueStore& StoreOf(lua_State* lua) {
  KeyValueStore* const store = Call::Of(lua).services.key_values;
  if (store == nullptr) throw ScriptError("the key-value store is off: nothing is kept");
  State::Of(lua).Spend(kSpendPerCall);
  return *store;
}

Name CacheName(lua_State* lua) { return {kCache, TextArgument(lua, 1, "key")}; }

template <typename Value>
Value Take(Result<Value> result) {
  if (!result.ok()) throw ScriptError(result.error().message);
  return std::move(result).value();
}
void Take(const Status& status) {
  if (!status.ok()) throw ScriptError(status.error().message);
}

// "" for what is missing.
int PushOrEmpty(lua_State* lua, const std::optional<std::string>& value) {
  Push(lua, value.value_or(""));
  return 1;
}

// {[text] = ""}
int PushKeys(lua_State* lua, const std::vector<std::string>& texts) {
  State::Of(lua).Spend(texts.size() * kSpendPerAnswer);
  lua_createtable(lua, 0, static_cast<int>(texts.size()));
  MarkObject(lua);
  for (const std::string& text : texts) SetField(lua, text, "");
  return 1;
}

int PushArray(lua_State* lua, const std::vector<std::string>& texts) {
  State::Of(lua).Spend(texts.size() * kSpendPerAnswer);
  lua_createtable(lua, static_cast<int>(texts.size()), 0);
  for (size_t i = 0; i < texts.size(); ++i) {
    Push(lua, texts[i]);
    lua_rawseti(lua, -2, static_cast<int>(i + 1));
  }
  return 1;
}

// A value: texts as they are, numbers and truths as text.
std::string ValueArgument(lua_State* lua, int index) {
  if (lua_isboolean(lua, index)) return lua_toboolean(lua, index) != 0 ? "true" : "false";
  return std::string(TextArgument(lua, index, "value"));
}

// Seconds; 0, nil and "" are for ever.
Duration ExpiryArgument(lua_State* lua, int index) {
  if (TextAt(lua, index) == "") return {};
  constexpr int64_t kMostSeconds = int64_t{100} * 366 * 86400;
  return std::chrono::seconds(
      OptionalInteger(lua, index, "expire_secs", 0, kMostSeconds).value_or(0));
}

int GetCache(lua_State* lua) { return PushOrEmpty(lua, Take(StoreOf(lua).Get(CacheName(lua)))); }

int SetCache(lua_State* lua) {
  Take(StoreOf(lua).Set(CacheName(lua), ValueArgument(lua, 2), ExpiryArgument(lua, 3)));
  return 0;
}

int SetIfNewCache(lua_State* lua) {
  Push(lua, Take(StoreOf(lua).SetIfAbsent(CacheName(lua), ValueArgument(lua, 2),
                                          ExpiryArgument(lua, 3))));
  return 1;
}

int DeleteCache(lua_State* lua) {
  Push(lua, StoreOf(lua).Delete(CacheName(lua)));
  return 1;
}

int IncrementCache(lua_State* lua) {
  constexpr int64_t kMost = int64_t{1} << 53;
  const auto by = OptionalInteger(lua, 2, "by", -kMost, kMost).value_or(1);
  Push(lua, Take(StoreOf(lua).Increment(CacheName(lua), by)));
  return 1;
}

int GetKeys(lua_State* lua) {
  return PushKeys(lua, StoreOf(lua).Keys(kCache, TextArgument(lua, 1, "pattern"), kMostAnswers));
}

int GetHash(lua_State* lua) {
  return PushOrEmpty(lua,
                     Take(StoreOf(lua).HashGet(CacheName(lua), TextArgument(lua, 2, "field"))));
}

int SetHash(lua_State* lua) {
  Take(StoreOf(lua).HashSet(CacheName(lua), TextArgument(lua, 2, "field"), ValueArgument(lua, 3)));
  return 0;
}

int DeleteHash(lua_State* lua) {
  Push(lua, Take(StoreOf(lua).HashDelete(CacheName(lua), TextArgument(lua, 2, "field"))));
  return 1;
}

int GetHashKeys(lua_State* lua) {
  return PushKeys(lua, Take(StoreOf(lua).HashFields(CacheName(lua), kMostAnswers)));
}

int GetHashAll(lua_State* lua) {
  const auto pairs = Take(StoreOf(lua).HashAll(CacheName(lua), kMostAnswers));
  State::Of(lua).Spend(pairs.size() * kSpendPerAnswer);
  lua_createtable(lua, 0, static_cast<int>(pairs.size()));
  MarkObject(lua);
  for (const auto& [field, value] : pairs) SetField(lua, field, value);
  return 1;
}

// Takes off what is beyond the third argument.
int Pushed(lua_State* lua, size_t length, bool at_front) {
  const auto most = OptionalInteger(lua, 3, "max_length", 1, int64_t{1} << 40);
  if (most && length > static_cast<size_t>(*most)) {
    Take(StoreOf(lua).ListTrim(CacheName(lua), at_front ? 0 : -*most, at_front ? *most - 1 : -1));
  }
  return 0;
}

int PushFront(lua_State* lua) {
  const auto length = Take(StoreOf(lua).ListPushFront(CacheName(lua), ValueArgument(lua, 2)));
  return Pushed(lua, length, true);
}

int PushBack(lua_State* lua) {
  const auto length = Take(StoreOf(lua).ListPushBack(CacheName(lua), ValueArgument(lua, 2)));
  return Pushed(lua, length, false);
}

int PopFront(lua_State* lua) {
  return PushOrEmpty(lua, Take(StoreOf(lua).ListPopFront(CacheName(lua))));
}

int PopBack(lua_State* lua) {
  return PushOrEmpty(lua, Take(StoreOf(lua).ListPopBack(CacheName(lua))));
}

struct Range {
  int64_t first = 0, last = -1;
};
Range RangeArguments(lua_State* lua) {
  constexpr int64_t kMost = int64_t{1} << 40;
  return {OptionalInteger(lua, 2, "first", -kMost, kMost).value_or(0),
          OptionalInteger(lua, 3, "last", -kMost, kMost).value_or(-1)};
}

int GetRange(lua_State* lua) {
  const Range range = RangeArguments(lua);
  return PushArray(lua, Take(StoreOf(lua).ListRange(CacheName(lua), range.first, range.last)));
}

int TrimList(lua_State* lua) {
  const Range range = RangeArguments(lua);
  Take(StoreOf(lua).ListTrim(CacheName(lua), range.first, range.last));
  return 0;
}

int GetListElement(lua_State* lua) {
  const int64_t index = RangeArguments(lua).first;
  const auto found = Take(StoreOf(lua).ListRange(CacheName(lua), index, index));
  return PushOrEmpty(lua, found.empty() ? std::nullopt : std::optional(found.front()));
}

int GetListLength(lua_State* lua) {
  Push(lua, Take(StoreOf(lua).ListLength(CacheName(lua))));
  return 1;
}

int AddMember(lua_State* lua) {
  Push(lua, Take(StoreOf(lua).SetAdd(CacheName(lua), TextArgument(lua, 2, "member"))));
  return 1;
}

int RemoveMember(lua_State* lua) {
  Push(lua, Take(StoreOf(lua).SetRemove(CacheName(lua), TextArgument(lua, 2, "member"))));
  return 1;
}

int GetMembers(lua_State* lua) {
  return PushArray(lua, Take(StoreOf(lua).SetMembers(CacheName(lua), kMostAnswers)));
}

int GetPref(lua_State* lua) {
  return PushOrEmpty(lua, Take(StoreOf(lua).Get({kPrefs, TextArgument(lua, 1, "key")})));
}

int SetPref(lua_State* lua) {
  Take(StoreOf(lua).Set({kPrefs, TextArgument(lua, 1, "key")}, ValueArgument(lua, 2)));
  return 0;
}

// What setPref has set, and what the service itself knows.
int GetPrefs(lua_State* lua) {
  KeyValueStore& store = StoreOf(lua);
  lua_newtable(lua);
  for (const std::string& key : store.Keys(kPrefs, "*", kMostAnswers)) {
    State::Of(lua).Spend(kSpendPerAnswer);
    SetField(lua, key, Take(store.Get({kPrefs, key})));
  }
  SetField(lua, "is_users_login_enabled", Call::Of(lua).identity != nullptr);
  return 1;
}

std::vector<Function> StringFunctions() {
  const Parameter key = {"key", "string", ""};
  const Parameter value = {"value", "string|number|boolean", "kept as text"};
  const Parameter expiry = {"expire_secs", "integer?", "nil or 0: for ever"};
  return {
      {"getCache",
       "A value that was kept; \"\" when there is none.",
       {key},
       {{"value", "string", ""}},
       Entry<GetCache>},
      {"setCache", "Keeps a value.", {key, value, expiry}, {}, Entry<SetCache>},
      {"setnxCache",
       "Keeps a value unless there is one.",
       {key, value, expiry},
       {{"is_new", "boolean", ""}},
       Entry<SetIfNewCache>},
      {"delCache",
       "Forgets what is kept under the key, of any kind.",
       {key},
       {{"was_there", "boolean", ""}},
       Entry<DeleteCache>},
      {"incrCache",
       "Adds to a whole number, 0 when there is none.",
       {key, {"by", "integer?", "1"}},
       {{"number", "integer", "the new one"}},
       Entry<IncrementCache>},
      {"getKeysCache",
       "The keys that match, {[key] = \"\"}.",
       {{"pattern", "string", "* any text, ? one byte"}},
       {{"keys", "table<string, string>", ""}},
       Entry<GetKeys>},
      {"getPref",
       "A preference; \"\" when there is none. getCache does not find it.",
       {key},
       {{"value", "string", ""}},
       Entry<GetPref>},
      {"setPref", "Keeps a preference.", {key, value}, {}, Entry<SetPref>},
      {"getPrefs",
       "All preferences that were set, and is_users_login_enabled.",
       {},
       {{"prefs", "table<string, any>", ""}},
       Entry<GetPrefs>},
  };
}

std::vector<Function> HashFunctions() {
  const Parameter key = {"key", "string", "of the hash"};
  const Parameter field = {"field", "string", ""};
  return {
      {"getHashCache",
       "A field of a hash; \"\" when there is none.",
       {key, field},
       {{"value", "string", ""}},
       Entry<GetHash>},
      {"setHashCache",
       "Sets a field of a hash.",
       {key, field, {"value", "string|number|boolean", "kept as text"}},
       {},
       Entry<SetHash>},
      {"delHashCache",
       "Takes a field out of a hash.",
       {key, field},
       {{"was_there", "boolean", ""}},
       Entry<DeleteHash>},
      {"getHashKeysCache",
       "The fields of a hash, {[field] = \"\"}.",
       {key},
       {{"fields", "table<string, string>", ""}},
       Entry<GetHashKeys>},
      {"getHashAllCache",
       "A hash, {[field] = value}.",
       {key},
       {{"values", "table<string, string>", ""}},
       Entry<GetHashAll>},
  };
}

std::vector<Function> ListFunctions() {
  const Parameter key = {"key", "string", "of the list"};
  const Parameter value = {"value", "string|number|boolean", "kept as text"};
  const Parameter most = {"max_length", "integer?", "what is beyond it at the other end goes"};
  const Parameter first = {"first", "integer?", "0 is the first element, -1 the last"};
  const Parameter last = {"last", "integer?", "included; -1"};
  const Parameter element = {"value", "string", ""};
  return {
      {"lpushCache", "Puts a value before a list.", {key, value, most}, {}, Entry<PushFront>},
      {"rpushCache", "Puts a value behind a list.", {key, value, most}, {}, Entry<PushBack>},
      {"lpopCache",
       "Takes the first element; \"\" when there is none.",
       {key},
       {element},
       Entry<PopFront>},
      {"rpopCache",
       "Takes the last element; \"\" when there is none.",
       {key},
       {element},
       Entry<PopBack>},
      {"lrangeCache",
       "Elements of a list.",
       {key, first, last},
       {{"values", "string[]", ""}},
       Entry<GetRange>},
      {"ltrimCache", "Takes all others away.", {key, first, last}, {}, Entry<TrimList>},
      {"listIndexCache",
       "One element; \"\" when there is none.",
       {key, first},
       {element},
       Entry<GetListElement>},
      {"llenCache", "How long it is.", {key}, {{"length", "integer", ""}}, Entry<GetListLength>},
  };
}

std::vector<Function> SetFunctions() {
  const Parameter key = {"key", "string", "of the set"};
  const Parameter member = {"member", "string", ""};
  return {
      {"setMembersCache",
       "Adds to a set.",
       {key, member},
       {{"is_new", "boolean", ""}},
       Entry<AddMember>},
      {"delMembersCache",
       "Takes out of a set.",
       {key, member},
       {{"was_there", "boolean", ""}},
       Entry<RemoveMember>},
      {"getMembersCache", "A set.", {key}, {{"members", "string[]", ""}}, Entry<GetMembers>},
  };
}

}  // namespace

Part CachePart() {
  Part part;
  for (const auto functions : {StringFunctions, HashFunctions, ListFunctions, SetFunctions}) {
    for (Function& function : functions()) part.functions.push_back(std::move(function));
  }
  return part;
}

}  // namespace wiregauge::lua::compat
