// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/vm/library.h"

#include <lua.hpp>
#include <set>
#include <string>

#include "publish/lua/vm/sandbox.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

void Fill(lua_State* lua, const Library& library) {
  for (const Function& function : library.functions) {
    lua_pushcfunction(lua, function.entry);
    lua_setfield(lua, -2, function.name.c_str());
  }
  for (const Constant& constant : library.constants) {
    constant.push(lua);
    lua_setfield(lua, -2, constant.name.c_str());
  }
}

// What else has the name of the library on top, and its parts.
void FillParts(lua_State* lua, const std::string& name, std::span<const Library* const> libraries) {
  for (const Library* const part : libraries) {
    if (part->name == name) Fill(lua, *part);
    if (!part->name.starts_with(name + ".")) continue;
    lua_newtable(lua);
    Fill(lua, *part);
    MakeReadOnly(lua);
    lua_setfield(lua, -2, part->name.substr(name.size() + 1).c_str());
  }
}

}  // namespace

void PublishLibraries(lua_State* lua, std::span<const Library* const> libraries) {
  std::set<std::string> made;
  for (const Library* const library : libraries) {
    if (library->name.empty()) {
      for (const Function& function : library->functions) {
        lua_pushcfunction(lua, function.entry);
        AddGlobal(lua, function.name.c_str());
      }
    } else if (library->name.find('.') == std::string::npos && made.insert(library->name).second) {
      lua_newtable(lua);
      FillParts(lua, library->name, libraries);
      MakeReadOnly(lua);
      AddGlobal(lua, library->name.c_str());
    }
  }
}

}  // namespace wiregauge::lua
