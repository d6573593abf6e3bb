// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "publish/json/writer.h"
#include "publish/lua/vm/held_bytes.h"

struct lua_State;

namespace wiregauge::lua {

// Tables as JSON and back. Inside State::Run.
//
// A table is an array when its keys are whole numbers from 1 on, also with holes (null) while at
// least half is there; else it is an object, its names in order. An empty one is an array, unless
// it was marked, read from an object, or a schema says what it is. wiregauge.json.null is null, and
// what is nil in an array.

// A text that grows while JSON is written; its bytes count as the script's while this is there.
class JsonText {
 public:
  JsonText(State& state, std::string& text) : text_(text), writer_(text), held_(state) {}

  json::Writer& writer() { return writer_; }
  // After each value. Throws LimitReached.
  void CountGrowth() { held_.GrowTo(text_.capacity()); }

 private:
  std::string& text_;
  json::Writer writer_;
  HeldBytes held_;
};

// Writes the value to the end of the text. `schema`, the stack index of an OpenAPI schema or 0,
// decides what empty tables are. Throws ScriptError for what has no JSON (a function), what holds
// itself and what is nested too deeply, with the place (".items[3].owner").
void WriteJson(lua_State* lua, int index, std::string& text, int schema = 0);

// What null becomes: the value wiregauge.json.null, or nil, so that a member is not there.
enum class Nulls : uint8_t { kKept, kNil };
// Pushes what a text holds; throws ScriptError.
void PushJson(lua_State* lua, std::string_view text, Nulls nulls);

void PushNull(lua_State* lua);
bool IsNull(lua_State* lua, int index);
// Whether a mark may take the place of the table's metatable: not of a protected one.
bool MayMark(lua_State* lua, int index);
// Marks the table on top.
void MarkArray(lua_State* lua);
void MarkObject(lua_State* lua);

// What writes the userdata of a metatable: stored in it by SetJsonForm, with the metatable on top.
using JsonForm = void (*)(lua_State* lua, int index, JsonText& text);
void SetJsonForm(lua_State* lua, JsonForm form);

// Makes the marks. Once a state.
void OpenJson(lua_State* lua);

}  // namespace wiregauge::lua
