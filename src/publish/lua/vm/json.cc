// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/vm/json.h"

#include <algorithm>
#include <cmath>
#include <lua.hpp>
#include <string>
#include <utility>
#include <vector>

#include "publish/json/parsed.h"
#include "publish/lua/vm/integer.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

constexpr const char* kArrayMark = "wiregauge.array";
constexpr const char* kObjectMark = "wiregauge.object";
constexpr const char* kJsonForm = "wiregauge.json_form";
constexpr uint64_t kSpendPerValue = 50;

enum class Mark : uint8_t { kNone, kArray, kObject };

Mark MarkOf(lua_State* lua, int index) {
  if (lua_getmetatable(lua, index) == 0) return Mark::kNone;
  Mark mark = Mark::kNone;
  luaL_getmetatable(lua, kArrayMark);
  luaL_getmetatable(lua, kObjectMark);
  if (lua_rawequal(lua, -3, -2) != 0) mark = Mark::kArray;
  if (lua_rawequal(lua, -3, -1) != 0) mark = Mark::kObject;
  lua_pop(lua, 3);
  return mark;
}

// Absolute, so that pushing moves nothing.
int Absolute(lua_State* lua, int index) {
  return index > 0 || index <= LUA_REGISTRYINDEX ? index : lua_gettop(lua) + index + 1;
}

class Encoder {
 public:
  Encoder(lua_State* lua, std::string& text)
      : lua_(lua), state_(State::Of(lua)), text_(state_, text), writer_(text_.writer()) {}

  void Write(int index, int schema) {
    state_.Spend(kSpendPerValue);
    text_.CountGrowth();
    switch (lua_type(lua_, index)) {
      case LUA_TNIL:
      case LUA_TNONE:
        return writer_.Value(nullptr);
      case LUA_TBOOLEAN:
        return writer_.Value(lua_toboolean(lua_, index) != 0);
      case LUA_TNUMBER:
        return WriteNumber(lua_tonumber(lua_, index));
      case LUA_TSTRING:
        return WriteText(*TextAt(lua_, index));
      case LUA_TTABLE:
        return WriteTable(index, schema);
      case LUA_TUSERDATA:
      case LUA_TLIGHTUSERDATA:
        return WriteUserdata(index);
      default:
        Refuse(std::string("is a ") + luaL_typename(lua_, index));
    }
  }

 private:
  [[noreturn]] void Refuse(const std::string& why) const {
    throw ScriptError("no JSON can be made of " + (path_.empty() ? "the value" : path_) + ": it " +
                      why);
  }

  void WriteNumber(double number) {
    if (IsExact(number)) {
      writer_.Value(static_cast<int64_t>(number));
    } else {
      writer_.Value(number);
    }
  }

  void WriteText(std::string_view text) {
    state_.Spend(text.size() / 4);
    const HeldBytes expected(state_, WrittenBytes(text));
    writer_.Value(text);
  }

  // At most: escapes have up to six characters, what is no UTF-8 becomes three bytes.
  static size_t WrittenBytes(std::string_view text) {
    size_t bytes = text.size();
    for (const char c : text) {
      if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ') bytes += 5;
      if (static_cast<unsigned char>(c) >= 0x80) bytes += 2;
    }
    return bytes;
  }

  void WriteUserdata(int index) {
    if (IsNull(lua_, index)) return writer_.Value(nullptr);
    if (const auto integer = IntegerAt(lua_, index)) return WriteInteger(*integer);
    if (luaL_getmetafield(lua_, index, kJsonForm) == 0) Refuse("is a userdata");
    const auto form = reinterpret_cast<JsonForm>(lua_touserdata(lua_, -1));
    lua_pop(lua_, 1);
    form(lua_, index, text_);
  }

  void WriteInteger(Integer integer) {
    if (!integer.negative) return writer_.Value(integer.magnitude);
    constexpr uint64_t kLeast = uint64_t{1} << 63;
    if (integer.magnitude > kLeast) return writer_.Value(integer.ToNumber());
    writer_.Value(static_cast<int64_t>(0 - integer.magnitude));
  }

  void WriteTable(int index, int schema) {
    // Writer's own bound, less what stands around the value and what rows hold.
    constexpr size_t kMostDepth = json::Writer::kMaxDepth - 12;
    if (++depth_ > kMostDepth) Refuse("is nested too deeply, or holds itself");
    luaL_checkstack(lua_, 8, "JSON");
    index = Absolute(lua_, index);
    schema = schema == 0 ? 0 : Absolute(lua_, schema);
    // A table that makes its rows when it is looked at makes them here.
    const bool has_pairs = luaL_getmetafield(lua_, index, "__pairs") != 0;
    if (has_pairs) Fill(index);
    const Shape shape = ShapeOf(index, schema);
    if (shape.is_array) {
      WriteArray(index, schema, shape.length);
    } else {
      WriteObject(index, schema);
    }
    --depth_;
  }

  // __pairs is on top and is taken off.
  void Fill(int index) {
    const State::Nested nested(state_);
    lua_pushvalue(lua_, index);
    lua_call(lua_, 1, 0);
  }

  struct Shape {
    bool is_array = false;
    size_t length = 0;
  };
  Shape ShapeOf(int index, int schema) {
    const Mark mark = MarkOf(lua_, index);
    if (mark == Mark::kObject) return {};
    size_t count = 0;
    double largest = 0;
    bool only_indices = true;
    for (lua_pushnil(lua_); only_indices && lua_next(lua_, index) != 0; lua_pop(lua_, 1)) {
      const double key = lua_type(lua_, -2) == LUA_TNUMBER ? lua_tonumber(lua_, -2) : 0;
      only_indices = key >= 1 && key == std::floor(key);
      largest = std::max(largest, key);
      ++count;
      state_.Spend(10);
    }
    if (!only_indices) {
      lua_pop(lua_, 1);  // the key at which it was seen
      return {};
    }
    if (count == 0) return {.is_array = mark == Mark::kArray || !IsObjectIn(schema), .length = 0};
    if (largest > 2 * static_cast<double>(count)) return {};
    return {.is_array = true, .length = static_cast<size_t>(largest)};
  }

  bool IsObjectIn(int schema) {
    if (schema == 0) return false;
    lua_getfield(lua_, schema, "type");
    const bool is_object = TextAt(lua_, -1) == "object";
    lua_pop(lua_, 1);
    return is_object;
  }

  void WriteArray(int index, int schema, size_t length) {
    const int items = PushSchema(schema, "items");
    writer_.BeginArray();
    const size_t outer = path_.size();
    for (size_t i = 1; i <= length; ++i) {
      path_ += '[' + std::to_string(i) + ']';
      lua_rawgeti(lua_, index, static_cast<int>(i));
      Write(lua_gettop(lua_), items);
      lua_pop(lua_, 1);
      path_.resize(outer);
    }
    writer_.EndArray();
    lua_pop(lua_, 1);
  }

  void WriteObject(int index, int schema) {
    const int properties = PushSchema(schema, "properties");
    writer_.BeginObject();
    const size_t outer = path_.size();
    HeldBytes held(state_);
    for (const auto& [name, is_number] : NamesOf(index, held)) {
      path_ += '.' + name;
      Push(lua_, name);
      if (is_number) {
        lua_pushnumber(lua_, lua_tonumber(lua_, -1));
        lua_remove(lua_, -2);
      }
      lua_rawget(lua_, index);
      const int inner = PushSchema(properties, name);
      if (writer_.DynamicKey(name)) Write(lua_gettop(lua_) - 1, inner);
      lua_pop(lua_, 2);
      path_.resize(outer);
    }
    writer_.EndObject();
    lua_pop(lua_, 1);
  }

  // Pushes the member of a schema, or nil; gives its index, or 0.
  int PushSchema(int schema, std::string_view member) {
    lua_pushnil(lua_);
    if (schema == 0) return 0;
    lua_pop(lua_, 1);
    Push(lua_, member);
    lua_rawget(lua_, schema);
    return lua_istable(lua_, -1) ? lua_gettop(lua_) : 0;
  }

  // Of a table's keys, in order; whether they are numbers.
  std::vector<std::pair<std::string, bool>> NamesOf(int index, HeldBytes& held) {
    std::vector<std::pair<std::string, bool>> names;
    for (lua_pushnil(lua_); lua_next(lua_, index) != 0; lua_pop(lua_, 1)) {
      const int type = lua_type(lua_, -2);
      if (type != LUA_TSTRING && type != LUA_TNUMBER) {
        Refuse(std::string("has a key that is a ") + lua_typename(lua_, type));
      }
      lua_pushvalue(lua_, -2);
      size_t size = 0;
      const char* const text = lua_tolstring(lua_, -1, &size);
      state_.Spend(size / 4);
      held.Add(2 * size + sizeof(names[0]));  // path_ has it, too
      names.emplace_back(std::string(text, size), type == LUA_TNUMBER);
      lua_pop(lua_, 1);
    }
    state_.Spend(names.size() * kSpendPerValue);
    std::sort(names.begin(), names.end());
    return names;
  }

  lua_State* const lua_;
  State& state_;
  JsonText text_;
  json::Writer& writer_;
  std::string path_;
  size_t depth_ = 0;
};

// Builds values on the stack as they come.
class Decoder final : public json::EventHandler {
 public:
  Decoder(lua_State* lua, Nulls nulls) : lua_(lua), state_(State::Of(lua)), nulls_(nulls) {}

  void OnNull() override {
    if (nulls_ == Nulls::kKept) {
      PushNull(lua_);
    } else {
      lua_pushnil(lua_);
    }
    Place();
  }
  void OnBoolean(bool truth) override { Take(truth); }
  void OnInteger(int64_t number) override { Take(number); }
  void OnInteger(uint64_t number) override { Take(number); }
  void OnNumber(double number) override { Take(number); }
  void OnText(std::string_view text) override { Take(text); }
  void OnKey(std::string_view name) override { Push(lua_, name); }
  void OnObject() override { Open(false); }
  void OnArray() override { Open(true); }
  void OnObjectEnd() override { Close(); }
  void OnArrayEnd() override { Close(); }

 private:
  template <typename T>
  void Take(T value) {
    Push(lua_, value);
    Place();
  }
  void Open(bool is_array) {
    luaL_checkstack(lua_, 8, "JSON");
    lua_newtable(lua_);
    is_array ? MarkArray(lua_) : MarkObject(lua_);
    open_.push_back({is_array, 0});
  }
  void Close() {
    open_.pop_back();
    Place();
  }
  // The value on top goes into the table below it.
  void Place() {
    state_.Spend(kSpendPerValue);
    if (open_.empty()) return;
    Container& in = open_.back();
    if (in.is_array) {
      lua_rawseti(lua_, -2, ++in.size);
    } else {
      lua_rawset(lua_, -3);
    }
  }

  struct Container {
    bool is_array = false;
    int size = 0;
  };
  lua_State* const lua_;
  State& state_;
  const Nulls nulls_;
  std::vector<Container> open_;
};

}  // namespace

void WriteJson(lua_State* lua, int index, std::string& text, int schema) {
  Encoder(lua, text).Write(Absolute(lua, index), schema);
}

void PushJson(lua_State* lua, std::string_view text, Nulls nulls) {
  State::Of(lua).Spend(text.size());
  const int top = lua_gettop(lua);
  Decoder decoder(lua, nulls);
  const Status parsed = json::ParseEvents(text, decoder);
  if (parsed.ok()) return;
  lua_settop(lua, top);
  throw ScriptError(parsed.error().message);
}

void PushNull(lua_State* lua) { lua_pushlightuserdata(lua, nullptr); }
bool IsNull(lua_State* lua, int index) {
  return lua_islightuserdata(lua, index) && lua_touserdata(lua, index) == nullptr;
}

bool MayMark(lua_State* lua, int index) {
  if (MarkOf(lua, index) != Mark::kNone) return true;
  if (luaL_getmetafield(lua, index, "__metatable") == 0) return true;
  lua_pop(lua, 1);
  return false;
}

void MarkArray(lua_State* lua) {
  luaL_getmetatable(lua, kArrayMark);
  lua_setmetatable(lua, -2);
}
void MarkObject(lua_State* lua) {
  luaL_getmetatable(lua, kObjectMark);
  lua_setmetatable(lua, -2);
}

void SetJsonForm(lua_State* lua, JsonForm form) {
  lua_pushlightuserdata(lua, reinterpret_cast<void*>(form));
  lua_setfield(lua, -2, kJsonForm);
}

void OpenJson(lua_State* lua) {
  for (const char* const mark : {kArrayMark, kObjectMark}) {
    luaL_newmetatable(lua, mark);
    SetField(lua, "__metatable", false);
    lua_pop(lua, 1);
  }
}

}  // namespace wiregauge::lua
