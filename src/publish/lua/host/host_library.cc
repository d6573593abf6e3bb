// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/host_library.h"

#include <algorithm>
#include <map>
#include <string>

#include "publish/http/problem.h"
#include "publish/lua/call.h"
#include "publish/lua/compat/embedded.h"
#include "publish/lua/host/runtime.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/sandbox.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {

// What is a friend of Runtime.
struct HostFunctions {
  static int Route(lua_State* lua);
  static int Require(lua_State* lua);

 private:
  static void PushModule(lua_State* lua, Runtime& runtime, const std::string& name);
};

namespace {

constexpr const char* kRequest = "wiregauge.request";

Runtime& RuntimeOf(lua_State* lua) { return *Call::Of(lua).runtime; }

}  // namespace

int HostFunctions::Route(lua_State* lua) {
  Runtime& runtime = RuntimeOf(lua);
  if (runtime.registration_ == nullptr) {
    throw ScriptError("wiregauge.route is for files in routes/, while they are loaded");
  }
  Runtime::Registration& registration = *runtime.registration_;
  RouteSpec route = RouteSpec::Read(lua, 1, registration.script->name);
  const std::string key = route.key;
  if (runtime.handlers_.contains(key)) throw ScriptError(key + " is registered already");
  lua_getfield(lua, 1, "response");
  lua_getfield(lua, 1, "handler");
  // The handler with its schema, which tells what empty tables are.
  lua_createtable(lua, 2, 0);
  lua_insert(lua, -3);
  lua_rawseti(lua, -3, 1);
  lua_rawseti(lua, -2, 2);
  runtime.handlers_[key] = luaL_ref(lua, LUA_REGISTRYINDEX);
  registration.routes.push_back(std::move(route));
  return 0;
}

// Runs the module with the globals on top, which stay: what it defines is the script's.
void HostFunctions::PushModule(lua_State* lua, Runtime& runtime, const std::string& name) {
  std::string path = name;
  std::replace(path.begin(), path.end(), '.', '/');
  const auto found = runtime.modules_.find(path);
  const char* const built_in = compat::EmbeddedModule(name);
  if (found == runtime.modules_.end() && built_in == nullptr) {
    throw ScriptError("module \"" + name + "\" not found: there is no modules/" + path + ".lua");
  }
  lua_pushvalue(lua, -1);
  if (found != runtime.modules_.end()) {
    Load(lua, found->second->text, found->second->name);
  } else {
    Load(lua, built_in, name);
  }
  Push(lua, name);
  lua_call(lua, 1, 1);
}

int HostFunctions::Require(lua_State* lua) {
  const std::string name(TextArgument(lua, 1, "modname"));
  const State::Nested nested(State::Of(lua));
  PushCallersEnvironment(lua);
  const int globals = lua_gettop(lua);
  lua_pushliteral(lua, "package");
  lua_rawget(lua, globals);
  if (!lua_istable(lua, -1)) throw ScriptError("require needs the table package");
  lua_getfield(lua, -1, "loaded");
  if (!lua_istable(lua, -1)) {
    lua_pop(lua, 1);
    lua_newtable(lua);
    lua_pushvalue(lua, -1);
    lua_setfield(lua, -3, "loaded");
  }
  const int loaded = lua_gettop(lua);
  lua_getfield(lua, loaded, name.c_str());
  if (lua_toboolean(lua, -1) != 0) return 1;
  lua_pop(lua, 1);
  // A module that requires itself gets this.
  Push(lua, true);
  lua_setfield(lua, loaded, name.c_str());
  lua_pushvalue(lua, globals);
  PushModule(lua, RuntimeOf(lua), name);
  if (lua_isnil(lua, -1)) {
    lua_pop(lua, 1);
    lua_getfield(lua, loaded, name.c_str());
    return 1;
  }
  lua_pushvalue(lua, -1);
  lua_setfield(lua, loaded, name.c_str());
  return 1;
}

namespace {

int RaiseProblem(lua_State* lua) {
  http::Problem problem;
  problem.status = static_cast<int>(IntegerArgument(lua, 1, "status", 400, 599));
  problem.detail = TextArgument(lua, 2, "detail");
  problem.parameter = OptionalText(lua, 3, "parameter").value_or("");
  const std::string text = std::to_string(problem.status) + ": " + problem.detail;
  Call::Of(lua).problem = std::move(problem);
  throw ScriptError(text);
}

const http::Request& RequestOf(lua_State* lua) {
  const http::Request* const request = Call::Of(lua).request;
  if (request == nullptr) throw ScriptError("there is no request: nobody asks over HTTP");
  return *request;
}

// Credentials are not for scripts.
bool IsForScripts(std::string_view header) {
  return header != "authorization" && header != "cookie" && header != "proxy-authorization";
}

void PushHeaders(lua_State* lua, const http::Request& request) {
  lua_newtable(lua);
  for (const http::Header& header : request.headers) {
    if (IsForScripts(header.name)) SetField(lua, header.name, header.value);
  }
}

void PushQuery(lua_State* lua, const http::Request& request) {
  lua_newtable(lua);
  for (const http::Parameter& parameter : request.query) {
    SetField(lua, parameter.name, parameter.value);
  }
}

// request.NAME
int RequestField(lua_State* lua) {
  const http::Request& request = RequestOf(lua);
  const std::string_view name = TextArgument(lua, 2, "name");
  if (name == "method") {
    Push(lua, http::MethodName(request.method));
  } else if (name == "path") {
    Push(lua, request.path);
  } else if (name == "body") {
    Push(lua, request.body);
  } else if (name == "headers") {
    PushHeaders(lua, request);
  } else if (name == "query") {
    PushQuery(lua, request);
  } else if (name == "remote_address") {
    Push(lua, request.remote_address.ToString());
  } else if (name == "user") {
    const auto& identity = Call::Of(lua).identity;
    Push(lua, identity != nullptr ? std::optional(identity->user) : std::nullopt);
  } else {
    throw ScriptError("the request has no field " + std::string(name));
  }
  return 1;
}

Library MakeHostLibrary() {
  Library library;
  library.name = "wiregauge";
  library.functions = {
      {"route",
       "Registers a route, when a file in `routes/` is loaded. The route is found below `/lua`, "
       "stands in the OpenAPI document, and its parameters are checked before the handler runs. "
       "The handler gets the parameters and the request; what it returns is the answer: a table "
       "becomes JSON, a string is sent as it is, nothing sends what was printed. A second value "
       "is the status, a third one a table of headers.",
       {{"route", "Route", ""}},
       {},
       Entry<HostFunctions::Route>},
      {"problem",
       "Ends the call: the client gets this status as `application/problem+json`.",
       {{"status", "integer", "400 to 599"},
        {"detail", "string", "a sentence for who asks"},
        {"parameter", "string?", "the parameter at fault"}},
       {},
       Entry<RaiseProblem>},
  };
  library.records = {
      {"Route",
       "What `wiregauge.route` takes.",
       {{"method", "string?", "GET (the default), POST, PUT, PATCH or DELETE"},
        {"path", "string", "below `/lua`, with parameters in braces: `/top/{n}`"},
        {"summary", "string", "a phrase for the OpenAPI document"},
        {"description", "string?", "sentences for the OpenAPI document"},
        {"role", "string?", "who may: `viewer` (the default) or `admin`"},
        {"parameters", "RouteParameter[]?",
         "of the query; those of the path may be described, too"},
        {"body", "table?", "the OpenAPI schema of the request's body"},
        {"response", "table?",
         "the OpenAPI schema of the answer; it also tells whether an empty table is `[]` or `{}`"},
        {"content_type", "string?", "of the answer; `application/json` unless it says otherwise"},
        {"grafana", "string?",
         "`series` or `table`: offers the route to Grafana as a target (docs/lua.md)"},
        {"handler", "fun(parameters: table, request: Request): any", "what answers"}}},
      {"RouteParameter",
       "One parameter of a route. One that is unknown, bad or given twice is answered 400.",
       {{"name", "string", ""},
        {"type", "string?", "`string` (the default), `integer`, `number` or `boolean`"},
        {"description", "string?", "a phrase for the OpenAPI document"},
        {"required", "boolean?", "of one of the query; those of the path always are"},
        {"default", "any", "what the handler gets when it is not given"},
        {"minimum", "number?", "of a number"},
        {"maximum", "number?", "of a number"},
        {"max_length", "integer?", "of a string, in bytes; 1024 unless it says otherwise"},
        {"enum", "string[]?", "the values that a string may have"}}},
      {"Request",
       "The request that a route answers.",
       {{"method", "string", ""},
        {"path", "string", "as it was sent, without the query"},
        {"query", "table<string, string>", "the query's parameters as texts"},
        {"headers", "table<string, string>",
         "names in lower case; without those that hold credentials"},
        {"body", "string", ""},
        {"remote_address", "string", "the client's IP address"},
        {"user", "string?", "who asks; nil while accounts are off"}}},
  };
  return library;
}

Library MakeRequireLibrary() {
  Library library;
  library.functions = {
      {"require",
       "Runs a module from `modules/`, once for each run of a script, and gives what it returned. "
       "A dot in the name stands for a folder. Global names that the module sets are the script's.",
       {{"modname", "string", ""}},
       {{"module", "any", ""}},
       Entry<HostFunctions::Require>},
  };
  return library;
}

}  // namespace

const Library& HostLibrary() {
  static const Library library = MakeHostLibrary();
  return library;
}

const Library& RequireLibrary() {
  static const Library library = MakeRequireLibrary();
  return library;
}

void OpenRequest(lua_State* lua) {
  lua_newtable(lua);
  lua_newtable(lua);
  lua_pushcfunction(lua, Entry<RequestField>);
  lua_setfield(lua, -2, "__index");
  SetField(lua, "__metatable", false);
  lua_setmetatable(lua, -2);
  lua_setfield(lua, LUA_REGISTRYINDEX, kRequest);
}

void PushRequest(lua_State* lua) { lua_getfield(lua, LUA_REGISTRYINDEX, kRequest); }

}  // namespace wiregauge::lua
