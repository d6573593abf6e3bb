// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "base/text.h"
#include "publish/json/writer.h"
#include "publish/lua/compat/libraries.h"
#include "publish/lua/compat/view.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/sandbox.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua::compat {
namespace {

constexpr uint64_t kSpendPerEntry = 100;

// Fills in the rows of the table at `index`, if it makes them when it is looked at.
void Complete(lua_State* lua, int index) {
  if (luaL_getmetafield(lua, index, "__pairs") == 0) return;
  const State::Nested nested(State::Of(lua));
  lua_pushvalue(lua, index);
  lua_call(lua, 1, 0);
}

// Whether the value at `a` stands before that at `b`: numbers before texts before others.
bool IsBefore(lua_State* lua, int a, int b) {
  const auto rank = [lua](int index) {
    const int type = lua_type(lua, index);
    return type == LUA_TNUMBER ? 0 : type == LUA_TSTRING ? 1 : 2;
  };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  if (rank(a) < 2) return lua_lessthan(lua, a, b) != 0;
  if (lua_isboolean(lua, a) && lua_isboolean(lua, b)) {
    return lua_toboolean(lua, a) < lua_toboolean(lua, b);
  }
  // Objects that compare: whole numbers beyond 2^53.
  if (lua_type(lua, a) == LUA_TUSERDATA && lua_type(lua, b) == LUA_TUSERDATA) {
    return lua_lessthan(lua, a, b) != 0;
  }
  return lua_type(lua, a) < lua_type(lua, b);
}

template <int kFirst, int kSecond>
int Compare(lua_State* lua) {
  lua_settop(lua, 2);
  Push(lua, IsBefore(lua, kFirst, kSecond));
  return 1;
}

template <int kFirst, int kSecond>
int CompareIgnoringCase(lua_State* lua) {
  lua_settop(lua, 2);
  const auto first = TextAt(lua, kFirst), second = TextAt(lua, kSecond);
  if (!first || !second) return Compare<kFirst, kSecond>(lua);
  State::Of(lua).Spend(first->size() + second->size());
  Push(lua, ToLower(*first) < ToLower(*second));
  return 1;
}

// Upvalues: the order, the table. Compares keys by their values.
int CompareValues(lua_State* lua) {
  const State::Nested nested(State::Of(lua));
  lua_pushvalue(lua, lua_upvalueindex(1));
  for (const int key : {1, 2}) {
    lua_pushvalue(lua, key);
    lua_rawget(lua, lua_upvalueindex(2));
  }
  lua_call(lua, 2, 1);
  return 1;
}

// Upvalues: the keys in order, how many were given, the table.
int NextSorted(lua_State* lua) {
  const double at = lua_tonumber(lua, lua_upvalueindex(2)) + 1;
  lua_pushnumber(lua, at);
  lua_replace(lua, lua_upvalueindex(2));
  lua_rawgeti(lua, lua_upvalueindex(1), static_cast<int>(at));
  if (lua_isnil(lua, -1)) return 1;
  lua_pushvalue(lua, -1);
  lua_rawget(lua, lua_upvalueindex(3));
  return 2;
}

// Sorts the array on top by the function at `order`.
void Sort(lua_State* lua, int order) {
  const State::Nested nested(State::Of(lua));
  PushEnvironment(lua);
  lua_getfield(lua, -1, "table");
  lua_getfield(lua, -1, "sort");
  lua_pushvalue(lua, -4);
  lua_pushvalue(lua, order);
  lua_call(lua, 2, 0);
  lua_pop(lua, 2);
}

// (t [, order])
template <bool kByValues>
int PairsSorted(lua_State* lua) {
  TableArgument(lua, 1, "t");
  lua_settop(lua, 2);
  if (lua_isnil(lua, 2)) {
    lua_pushcfunction(lua, (Entry<Compare<1, 2>>));
    lua_replace(lua, 2);
  }
  Complete(lua, 1);
  if (kByValues) {
    lua_pushvalue(lua, 2);
    lua_pushvalue(lua, 1);
    lua_pushcclosure(lua, Entry<CompareValues>, 2);
    lua_replace(lua, 2);
  }
  lua_newtable(lua);
  int count = 0;
  for (lua_pushnil(lua); lua_next(lua, 1) != 0; lua_pop(lua, 1)) {
    State::Of(lua).Spend(kSpendPerEntry);
    lua_pushvalue(lua, -2);
    lua_rawseti(lua, 3, ++count);
  }
  Sort(lua, 2);
  lua_pushnumber(lua, 0);
  lua_pushvalue(lua, 1);
  lua_pushcclosure(lua, Entry<NextSorted>, 3);
  return 1;
}

// Prints tables a line for each value, in the order of their keys.
class TablePrinter {
 public:
  explicit TablePrinter(lua_State* lua) : lua_(lua), state_(State::Of(lua)) {}

  void Print(int index, int depth) {
    if (!lua_istable(lua_, index)) return PrintLine(index);
    constexpr int kMostDepth = 16;
    if (depth == kMostDepth) return state_.Print("...\n");
    luaL_checkstack(lua_, 16, "tprint");
    Complete(lua_, index);
    lua_newtable(lua_);
    const int keys = lua_gettop(lua_);
    const int count = CollectKeys(index, keys);
    for (int i = 1; i <= count; ++i) {
      state_.Spend(kSpendPerEntry);
      lua_rawgeti(lua_, keys, i);
      state_.Print(std::string(static_cast<size_t>(depth) * 2, ' '));
      state_.Print(PushText(lua_, -1));
      lua_pop(lua_, 1);
      lua_rawget(lua_, index);
      const bool is_table = lua_istable(lua_, -1);
      state_.Print(is_table ? ":\n" : ": ");
      Print(lua_gettop(lua_), depth + 1);
      lua_pop(lua_, 1);
    }
    lua_pop(lua_, 1);
  }

 private:
  void PrintLine(int index) {
    state_.Print(PushText(lua_, index));
    state_.Print("\n");
    lua_pop(lua_, 1);
  }

  // Into the array at `keys`; how many there are.
  int CollectKeys(int index, int keys) {
    int count = 0;
    for (lua_pushnil(lua_); lua_next(lua_, index) != 0; lua_pop(lua_, 1)) {
      lua_pushvalue(lua_, -2);
      lua_rawseti(lua_, keys, ++count);
    }
    lua_pushcfunction(lua_, (Entry<Compare<1, 2>>));
    lua_insert(lua_, keys);
    Sort(lua_, keys);
    lua_remove(lua_, keys);
    return count;
  }

  lua_State* const lua_;
  State& state_;
};

int PrintTable(lua_State* lua) {
  lua_settop(lua, 1);
  const State::Nested nested(State::Of(lua));
  TablePrinter(lua).Print(1, 0);
  return 0;
}

// Of the arguments from the third one on, whose order differs by function and year: a number is the
// status, a table has headers, a text is a character set.
void ReadFurther(lua_State* lua, Call& call) {
  for (int index = 3; index <= lua_gettop(lua); ++index) {
    if (lua_type(lua, index) == LUA_TNUMBER) {
      call.status = static_cast<int>(IntegerArgument(lua, index, "status", 200, 599));
    } else if (lua_istable(lua, index)) {
      for (lua_pushnil(lua); lua_next(lua, index) != 0; lua_pop(lua, 1)) {
        const auto name = TextAt(lua, -2), value = TextAt(lua, -1);
        if (name && value) call.SetHeader(std::string(*name), std::string(*value));
      }
    }
  }
}

// (type [, disposition, ...])
int SendHeader(lua_State* lua) {
  Call& call = Call::Of(lua);
  const std::string type(OptionalText(lua, 1, "content_type").value_or("text/html"));
  const bool is_plain_text = type.starts_with("text/") && type.find("charset") == std::string::npos;
  call.content_type = is_plain_text ? type + "; charset=utf-8" : type;
  const auto disposition = OptionalText(lua, 2, "disposition");
  if (disposition && !disposition->empty()) {
    call.SetHeader("Content-Disposition", std::string(*disposition));
  }
  ReadFurther(lua, call);
  return 0;
}

int EncodeJson(lua_State* lua) {
  luaL_checkany(lua, 1);
  std::string text;
  WriteJson(lua, 1, text);
  Push(lua, text);
  return 1;
}

// The value; or nil, 1 and why not.
int DecodeJson(lua_State* lua) {
  const std::string_view text = TextArgument(lua, 1, "text");
  std::string problem;
  try {
    PushJson(lua, text, Nulls::kNil);
    return 1;
  } catch (const ScriptError& error) {
    problem = error.what();
  }
  lua_settop(lua, 0);
  lua_pushnil(lua);
  lua_pushnumber(lua, 1);
  Push(lua, problem);
  return 3;
}

std::vector<Function> OrderFunctions() {
  const std::vector<Parameter> two = {{"a", "any", ""}, {"b", "any", ""}};
  const std::vector<Parameter> truth = {{"is_before", "boolean", ""}};
  const std::vector<Parameter> arguments = {{"t", "table", ""},
                                            {"order", "fun(a: any, b: any): boolean|nil", "asc"}};
  const std::vector<Parameter> iterator = {{"next", "fun(): any, any", ""}};
  return {
      {"asc", "Whether a stands before b: the smaller one first.", two, truth,
       Entry<Compare<1, 2>>},
      {"rev", "Whether a stands before b: the greater one first.", two, truth,
       Entry<Compare<2, 1>>},
      {"asc_insensitive", "As asc, whatever the case.", two, truth,
       Entry<CompareIgnoringCase<1, 2>>},
      {"rev_insensitive", "As rev, whatever the case.", two, truth,
       Entry<CompareIgnoringCase<2, 1>>},
      {"pairsByKeys", "As pairs, in the order of the keys.", arguments, iterator,
       Entry<PairsSorted<false>>},
      {"pairsByValues", "As pairs, in the order of the values.", arguments, iterator,
       Entry<PairsSorted<true>>},
  };
}

}  // namespace

const Library& GlobalLibrary() {
  static const Library library = [] {
    const std::vector<Parameter> header = {
        {"content_type", "string?", "text/html"},
        {"disposition", "string?", ""},
        {"...", "string|table|integer|nil", "a table of headers, a status"}};
    Library made;
    made.help = "What scripts for ntopng find without any library.";
    made.functions = OrderFunctions();
    made.functions.push_back({"tprint",
                              "Writes a table into the answer, a line for each value.",
                              {{"value", "any", ""}},
                              {},
                              Entry<PrintTable>});
    made.functions.push_back({"sendHTTPContentTypeHeader",
                              "Says what the answer is; writes nothing.",
                              header,
                              {},
                              Entry<SendHeader>});
    made.functions.push_back(
        {"sendHTTPHeader", "As sendHTTPContentTypeHeader.", header, {}, Entry<SendHeader>});
    return made;
  }();
  return library;
}

const Library& JsonLibrary() {
  static const Library library = [] {
    Library made;
    made.name = "json";
    made.help = "JSON as `require \"dkjson\"` and `require \"json\"` give it.";
    made.functions = {{"encode",
                       "JSON of a value.",
                       {{"value", "any", ""}},
                       {{"text", "string", ""}},
                       Entry<EncodeJson>},
                      {"decode",
                       "The value of a JSON text, null as nil; or nil, 1 and why there is none.",
                       {{"text", "string", ""}},
                       {{"value", "any", ""}, {"position", "integer?", ""}, {"why", "string?", ""}},
                       Entry<DecodeJson>}};
    return made;
  }();
  return library;
}

}  // namespace wiregauge::lua::compat
