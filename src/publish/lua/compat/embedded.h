// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace wiregauge::lua::compat {

// The text of a module that is part of the program, for require: "lua_utils", "rest_utils",
// "format_utils", "callback_utils", "template", "json", "dkjson", ... Null when there is none of
// this name.
const char* EmbeddedModule(std::string_view name);

// A script that returns what is put into Lua's own libraries: functions by library.
const char* LibraryFunctions();

}  // namespace wiregauge::lua::compat
