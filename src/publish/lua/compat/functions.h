// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lua.hpp>
#include <vector>

#include "publish/lua/vm/library.h"

// The parts that the libraries `interface` and `ntop` are put together from.
namespace wiregauge::lua::compat {

struct Part {
  std::vector<Function> functions;
  std::vector<Record> records;
};

void Append(Library& library, Part part);

// What a function that finds nothing returns: a nil that print() shows.
inline int NoAnswer(lua_State* lua) {
  lua_pushnil(lua);
  return 1;
}

// Of `interface`.
Part SelectionPart();
Part InterfacePart();
Part ApplicationPart();
Part FlowPart();
Part HostPart();
Part HostGroupPart();
Part HostDetailPart();
Part DevicePart();
Part PlacePart();

// Of `ntop`.
Part AllowedInterfacePart();
Part SystemPart();
Part CachePart();
Part NetworkPart();
Part HttpPart();

}  // namespace wiregauge::lua::compat
