// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/compat/request_globals.h"

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "publish/http/target.h"
#include "publish/lua/compat/embedded.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/sandbox.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua::compat {
namespace {

// Of parameters with one name the last one counts.
void PushParameters(lua_State* lua, const std::vector<http::Parameter>& parameters) {
  lua_newtable(lua);
  for (const http::Parameter& parameter : parameters) {
    SetField(lua, parameter.name, parameter.value);
  }
}

std::string HeaderOf(const http::Request& request, std::string_view name) {
  const std::string* const value = request.FindHeader(name);
  return value == nullptr ? "" : *value;
}

// A form's fields; a JSON object's members. A body that is neither is only in payload.
void PushBody(lua_State* lua, const http::Request& request) {
  const std::string type = ToLower(HeaderOf(request, "content-type"));
  if (type.starts_with("application/x-www-form-urlencoded")) {
    http::Request form;
    if (!http::ParseTarget("/?" + request.body, form)) return PushParameters(lua, form.query);
  } else if (type.starts_with("application/json")) {
    const int top = lua_gettop(lua);
    try {
      PushJson(lua, request.body, Nulls::kNil);
      if (lua_istable(lua, -1)) return;
    } catch (const ScriptError&) {
      lua_settop(lua, top);
    }
    lua_settop(lua, top);
  }
  lua_newtable(lua);
}

// The query is kept in parts only: written anew, as RFC 3986 section 2.1 escapes it.
std::string QueryText(const http::Request& request) {
  std::string text;
  const auto append = [&text](std::string_view part) {
    constexpr std::string_view kPlain = "-._~:@/,";
    for (const char c : part) {
      const auto byte = static_cast<unsigned char>(c);
      const bool is_plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                            (byte >= 'a' && byte <= 'z') || kPlain.find(c) != kPlain.npos;
      constexpr std::string_view kDigits = "0123456789ABCDEF";
      if (is_plain) {
        text += c;
      } else {
        text += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
      }
    }
  };
  for (const http::Parameter& parameter : request.query) {
    if (!text.empty()) text += '&';
    append(parameter.name);
    text += '=';
    append(parameter.value);
  }
  return text;
}

void PushServer(lua_State* lua, const Call& call) {
  lua_createtable(lua, 0, 10);
  if (call.request == nullptr) return;
  const http::Request& request = *call.request;
  const std::string query = QueryText(request);
  SetField(lua, "REQUEST_METHOD", http::MethodName(request.method));
  SetField(lua, "URI", request.path);
  SetField(lua, "REQUEST_URI", query.empty() ? request.path : request.path + "?" + query);
  SetField(lua, "QUERY_STRING", query);
  SetField(lua, "REMOTE_ADDR", request.remote_address.ToString());
  SetField(lua, "REMOTE_PORT", request.remote_port);
  SetField(lua, "REMOTE_USER", call.identity == nullptr ? "" : call.identity->user);
  SetField(lua, "HTTP_HOST", HeaderOf(request, "host"));
  SetField(lua, "HTTP_USER_AGENT", HeaderOf(request, "user-agent"));
  SetField(lua, "CONTENT_TYPE", HeaderOf(request, "content-type"));
}

void PushSession(lua_State* lua, const Call& call) {
  lua_createtable(lua, 0, 2);
  if (call.identity == nullptr) return;
  SetField(lua, "user", call.identity->user);
  SetField(lua, "group",
           call.identity->role == model::Role::kAdmin ? "administrator" : "unprivileged");
}

}  // namespace

void PushRequestGlobals(lua_State* lua, Call& call) {
  luaL_checkstack(lua, 8, "globals");
  const http::Request* const request = call.request;
  PushParameters(lua, request == nullptr ? std::vector<http::Parameter>() : request->query);
  lua_setfield(lua, -2, "_GET");
  if (request == nullptr || request->body.empty()) {
    lua_newtable(lua);
  } else {
    PushBody(lua, *request);
    SetField(lua, "payload", request->body);
  }
  lua_setfield(lua, -2, "_POST");
  PushServer(lua, call);
  lua_setfield(lua, -2, "_SERVER");
  lua_newtable(lua);
  lua_setfield(lua, -2, "_COOKIE");
  PushSession(lua, call);
  lua_setfield(lua, -2, "_SESSION");
}

namespace {

// Copies the functions of the table on top into a library. Behind the read-only view that scripts
// have of it stands the table itself.
void AddToLibrary(lua_State* lua, const char* library) {
  const int functions = lua_gettop(lua);
  PushEnvironment(lua);
  lua_getfield(lua, -1, library);
  lua_getmetatable(lua, -1);
  lua_getfield(lua, -1, "__index");
  for (lua_pushnil(lua); lua_next(lua, functions) != 0;) {
    lua_pushvalue(lua, -2);
    lua_insert(lua, -2);
    lua_rawset(lua, -4);
  }
  lua_settop(lua, functions);
}

}  // namespace

void OpenLibraryFunctions(lua_State* lua) {
  PushEnvironment(lua);
  Load(lua, LibraryFunctions(), "library_functions.lua");
  lua_call(lua, 0, 1);
  for (const char* const library : {"table", "string"}) {
    lua_getfield(lua, -1, library);
    AddToLibrary(lua, library);
    lua_pop(lua, 1);
  }
  lua_pop(lua, 2);
}

}  // namespace wiregauge::lua::compat
