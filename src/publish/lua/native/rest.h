// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "publish/http/request.h"
#include "publish/http/response.h"

struct lua_State;

// The REST API's handlers, called in the process for whoever asks the script. Inside State::Run.
namespace wiregauge::lua {

// A request for what is under /api/v1.
http::Request RestRequest(std::vector<std::string> segments);
// The same, of a path as in a URL: "hosts/192.0.2.1/peers?limit=5", with /api/v1/ before it or not.
http::Request RestRequest(std::string_view path);

// Adds the parameters that a table names, or none: {sort = "-bytes", host = {"a", "b"}}.
void ReadParameters(lua_State* lua, int index, http::Request& request);

// Adds one parameter: a string, a number, true or false, or an array of alternatives.
void ReadParameter(lua_State* lua, int index, const std::string& name, http::Request& request);

// Pushes what is answered, null being nil. 1: that is all; 2: nil and why there is no such thing.
// Throws ScriptError with the problem's detail for any other answer that is none.
int PushRest(lua_State* lua, http::Request request);
// Of a collection: its items, and the rest of the answer ({total, next_cursor}).
int PushCollection(lua_State* lua, http::Request request);

// What is wrong, of a problem+json.
std::string DetailOf(const http::Response& problem);

}  // namespace wiregauge::lua
