// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

struct lua_State;

namespace wiregauge::lua {

// What scripts can call, as it is registered, told in the manual and told to editors: one table
// for all three. Types are those of LuaLS annotations: "string", "integer?", "table<string, Host>".
struct Parameter {
  std::string name;
  std::string type;
  std::string help;  // a phrase; may be empty
};

struct Function {
  std::string name;
  std::string help;  // sentences
  std::vector<Parameter> parameters;
  std::vector<Parameter> returns;
  int (*entry)(lua_State*) = nullptr;  // Entry<...> (values.h)
};

// A member that is no function: wiregauge.json.null.
struct Constant {
  std::string name;
  std::string type;
  std::string help;
  void (*push)(lua_State*) = nullptr;
};

// A record that functions give: a class to editors, a table in the manual.
struct Field {
  std::string name;  // "proto.l4"
  std::string type;
  std::string help;  // with the unit
};
struct Record {
  std::string name;  // "Flow"
  std::string help;
  std::vector<Field> fields;
};

struct Library {
  std::string name;  // "interface", "wiregauge.json"; "" for global functions
  std::string help;
  std::vector<Function> functions;
  std::vector<Constant> constants;
  std::vector<Record> records;
};

// Makes the libraries' tables, read-only, and the global functions. Libraries of one
// name are one table; one whose name has a dot is a member of the one before the dot. Inside
// State::Run.
void PublishLibraries(lua_State* lua, std::span<const Library* const> libraries);

}  // namespace wiregauge::lua
