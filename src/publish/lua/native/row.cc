// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/native/row.h"

#include <algorithm>
#include <lua.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "publish/json/parsed.h"
#include "publish/lua/call.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/sandbox.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

// What the userdata is. The metatable tells which part of the record it stands for.
struct Row {
  const void* record = nullptr;
  uint64_t call_id = 0;
};

struct Member {
  std::string path;
  json::FieldMask mask;  // just this member
  void (*push)(lua_State* lua, const void* record, Call& call) = nullptr;
};

// A row, or an object in it.
struct Part {
  const RowType& type;
  std::string path;  // "client"; empty: the row itself
  std::optional<json::FieldMask> mask;
  std::map<std::string, Member> members;
  std::map<std::string, std::unique_ptr<Part>> parts;
};

constexpr const char* kPart = "wiregauge.part";

json::FieldMask MaskOf(const RowType& type, const std::string& path) {
  auto mask = json::FieldMask::Parse(path, type.fields());
  WIREGAUGE_CHECK(mask.ok());
  return std::move(mask).value();
}

std::unique_ptr<Part> MakePart(const RowType& type, const std::string& path) {
  auto part = std::make_unique<Part>(Part{type, path, {}, {}, {}});
  if (!path.empty()) part->mask = MaskOf(type, path);
  const std::string prefix = path.empty() ? "" : path + ".";
  for (const std::string& member : type.fields().paths()) {
    if (!member.starts_with(prefix)) continue;
    const std::string name = member.substr(prefix.size());
    if (name.find('.') != std::string::npos) continue;
    if (std::ranges::find(type.objects, member) != type.objects.end()) {
      part->parts[name] = MakePart(type, member);
      continue;
    }
    const auto quick = std::ranges::find(type.quick, member, &QuickMember::path);
    part->members[name] = {member, MaskOf(type, member),
                           quick != type.quick.end() ? quick->push : nullptr};
  }
  return part;
}

// Made once a type, for all states.
const Part& WholeOf(const RowType& type) {
  static std::mutex mutex;
  static std::map<const RowType*, std::unique_ptr<Part>> parts;
  const std::lock_guard lock(mutex);
  std::unique_ptr<Part>& part = parts[&type];
  if (part == nullptr) part = MakePart(type, "");
  return *part;
}

const Row& CheckLive(const Row& row, const Call& call, const Part& part) {
  if (row.call_id == call.id) return row;
  throw ScriptError("this " + std::string(part.type.name) +
                    " belongs to an earlier call; every call asks for its own");
}

// The part that the argument stands for; throws when it is no row.
const Part& PartArgument(lua_State* lua, int index) {
  const bool may_be = lua_type(lua, index) == LUA_TUSERDATA;
  if (!may_be || luaL_getmetafield(lua, index, kPart) == 0) {
    throw ScriptError("a row is expected, not " + Describe(lua, index) +
                      ": call its methods with a colon, row:table()");
  }
  const auto& part = *static_cast<const Part*>(lua_touserdata(lua, -1));
  lua_pop(lua, 1);
  return part;
}

// The value on top, the row's object, gives way to what the path leads to in it.
void Descend(lua_State* lua, std::string_view path) {
  for (const std::string_view name : Split(path, '.')) {
    if (lua_istable(lua, -1)) {
      Push(lua, name);
      lua_rawget(lua, -2);
    } else {
      lua_pushnil(lua);
    }
    lua_remove(lua, -2);
  }
}

void PushMasked(lua_State* lua, const RowType& type, const void* record,
                const json::FieldMask* mask, std::string_view path) {
  State::Of(lua).Spend(kSpendPerRow);
  std::string text;
  json::Writer writer(text);
  writer.Apply(mask);
  type.write(writer, record, Call::Of(lua));
  PushJson(lua, text, Nulls::kNil);
  if (!path.empty()) Descend(lua, path);
}

void PushTable(lua_State* lua, int index) {
  const Part& part = PartArgument(lua, index);
  const Row& row =
      CheckLive(*static_cast<const Row*>(lua_touserdata(lua, index)), Call::Of(lua), part);
  PushMasked(lua, part.type, row.record, part.mask ? &*part.mask : nullptr, part.path);
}

int Table(lua_State* lua) {
  PushTable(lua, 1);
  return 1;
}

[[noreturn]] void RefuseMember(lua_State* lua, const Part& part) {
  const std::string whole = std::string("a ") + std::string(part.type.name) +
                            (part.path.empty() ? "" : "'s " + part.path);
  const auto name = TextAt(lua, 2);
  throw ScriptError(whole + " has no member " +
                    (name ? "\"" + ToValidUtf8(*name) + "\"" : "that is " + Describe(lua, 2)));
}

// Upvalues: what each name gives, the part. A member is a light userdata, an object in the row is
// its metatable.
int Index(lua_State* lua) {
  lua_pushvalue(lua, 2);
  lua_rawget(lua, lua_upvalueindex(1));
  const int type = lua_type(lua, -1);
  const auto& part = *static_cast<const Part*>(lua_touserdata(lua, lua_upvalueindex(2)));
  if (type == LUA_TFUNCTION) return 1;
  if (type == LUA_TNIL) RefuseMember(lua, part);
  Call& call = Call::Of(lua);
  const Row& row = CheckLive(*static_cast<const Row*>(lua_touserdata(lua, 1)), call, part);
  if (type == LUA_TTABLE) {
    PushRow(lua, lua_gettop(lua), row.record);
    return 1;
  }
  const auto& member = *static_cast<const Member*>(lua_touserdata(lua, -1));
  if (member.push != nullptr) {
    member.push(lua, row.record, call);
  } else {
    PushMasked(lua, part.type, row.record, &member.mask, member.path);
  }
  return 1;
}

int RefuseWrite(lua_State*) { throw ScriptError("rows are read-only: change row:table()"); }

int Pairs(lua_State* lua) {
  lua_getglobal(lua, "next");
  PushTable(lua, 1);
  lua_pushnil(lua);
  return 3;
}

void Write(lua_State* lua, int index, JsonText& text) {
  const Part& part = PartArgument(lua, index);
  Call& call = Call::Of(lua);
  const Row& row = CheckLive(*static_cast<const Row*>(lua_touserdata(lua, index)), call, part);
  State::Of(lua).Spend(kSpendPerRow);
  if (part.path.empty()) return part.type.write(text.writer(), row.record, call);
  std::string masked;
  json::Writer whole(masked);
  whole.Apply(&*part.mask);
  part.type.write(whole, row.record, call);
  const auto parsed = json::Parsed::Parse(masked);
  parsed->root()[part.path].WriteTo(text.writer());
}

int ToText(lua_State* lua) {
  std::string text;
  JsonText row(State::Of(lua), text);
  Write(lua, 1, row);
  Push(lua, text);
  return 1;
}

void PushMetatable(lua_State* lua, const Part& part);

// Pushes a table: what each name gives.
void PushMembers(lua_State* lua, const Part& part) {
  lua_createtable(lua, 0, static_cast<int>(part.members.size() + part.parts.size() + 1));
  for (const auto& [name, member] : part.members) {
    lua_pushlightuserdata(lua, const_cast<Member*>(&member));
    lua_setfield(lua, -2, name.c_str());
  }
  for (const auto& [name, inner] : part.parts) {
    PushMetatable(lua, *inner);
    lua_setfield(lua, -2, name.c_str());
  }
  lua_pushcfunction(lua, Entry<Table>);
  lua_setfield(lua, -2, "table");
}

void SetFunction(lua_State* lua, const char* name, lua_CFunction function) {
  lua_pushcfunction(lua, function);
  lua_setfield(lua, -2, name);
}

void PushNewMetatable(lua_State* lua, const Part& part) {
  luaL_checkstack(lua, 10, "rows");
  lua_newtable(lua);
  PushMembers(lua, part);
  lua_pushlightuserdata(lua, const_cast<Part*>(&part));
  lua_pushvalue(lua, -1);
  lua_setfield(lua, -4, kPart);
  lua_pushcclosure(lua, Entry<Index>, 2);
  lua_setfield(lua, -2, "__index");
  SetFunction(lua, "__newindex", Entry<RefuseWrite>);
  SetFunction(lua, "__pairs", Entry<Pairs>);
  SetFunction(lua, "__tostring", Entry<ToText>);
  SetField(lua, "__metatable", false);
  SetJsonForm(lua, Write);
}

// One a state, found by the part's address.
void PushMetatable(lua_State* lua, const Part& part) {
  void* const key = const_cast<Part*>(&part);
  lua_pushlightuserdata(lua, key);
  lua_rawget(lua, LUA_REGISTRYINDEX);
  if (lua_istable(lua, -1)) return;
  lua_pop(lua, 1);
  PushNewMetatable(lua, part);
  lua_pushlightuserdata(lua, key);
  lua_pushvalue(lua, -2);
  lua_rawset(lua, LUA_REGISTRYINDEX);
}

}  // namespace

void PushRowMetatable(lua_State* lua, const RowType& type) { PushMetatable(lua, WholeOf(type)); }

void PushRow(lua_State* lua, int metatable, const void* record) {
  lua_pushvalue(lua, metatable);
  *static_cast<Row*>(lua_newuserdata(lua, sizeof(Row))) = {record, Call::Of(lua).id};
  lua_insert(lua, -2);
  lua_setmetatable(lua, -2);
}

void PushRow(lua_State* lua, const RowType& type, const void* record) {
  PushRowMetatable(lua, type);
  PushRow(lua, lua_gettop(lua), record);
  lua_remove(lua, -2);
}

}  // namespace wiregauge::lua
