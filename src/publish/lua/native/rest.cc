// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/native/rest.h"

#include <algorithm>
#include <lua.hpp>
#include <optional>
#include <utility>

#include "base/text.h"
#include "publish/http/access.h"
#include "publish/http/target.h"
#include "publish/json/parsed.h"
#include "publish/lua/call.h"
#include "publish/lua/vm/held_bytes.h"
#include "publish/lua/vm/integer.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

constexpr std::string_view kRoot = "/api/v1/";
constexpr uint64_t kSpendPerRequest = 10'000;
// More than any URL has; texts that stand in a table many times are copied here.
constexpr size_t kMostQueryBytes = size_t{1} << 20;

std::string NumberText(double number) {
  std::string text;
  json::Writer(text).Value(number);
  return text;
}

// As it stands in a URL.
std::string ParameterText(lua_State* lua, int index, const std::string& name) {
  if (lua_isboolean(lua, index)) return lua_toboolean(lua, index) != 0 ? "true" : "false";
  if (lua_type(lua, index) == LUA_TNUMBER) return NumberText(lua_tonumber(lua, index));
  if (const auto integer = IntegerAt(lua, index)) return integer->ToString();
  const auto text = TextAt(lua, index);
  if (text && text->size() > kMostQueryBytes) throw ScriptError(name + ": it is too long");
  if (!text) {
    throw ScriptError(name + ": it is to be a string, a number, true or false, or an array of " +
                      "these, not " + Describe(lua, index));
  }
  if (ToValidUtf8(*text) != *text || text->find('\0') != std::string_view::npos) {
    throw ScriptError(name + ": it is not UTF-8, or holds a NUL byte");
  }
  return std::string(*text);
}

// Counts down what the query may still hold.
void Take(size_t& left, const std::string& name, const std::string& text) {
  constexpr size_t kBesides = sizeof(http::Parameter);
  const size_t bytes = kBesides + name.size() + text.size();
  if (bytes > left) throw ScriptError("params: more than a query may hold");
  left -= bytes;
}

// Alternatives are repeated parameters; `fields` is one list.
void AddArray(lua_State* lua, int index, const std::string& name, http::Request& request,
              size_t& left) {
  const size_t length = lua_objlen(lua, index);
  State::Of(lua).Spend(length * 100);
  std::string list;
  for (size_t i = 1; i <= length; ++i) {
    lua_rawgeti(lua, index, static_cast<int>(i));
    std::string text = ParameterText(lua, -1, name);
    lua_pop(lua, 1);
    Take(left, name, text);
    if (name == "fields") {
      list += (list.empty() ? "" : ",") + text;
    } else {
      request.query.push_back({name, std::move(text)});
    }
  }
  if (!list.empty()) request.query.push_back({name, std::move(list)});
}

void AddParameter(lua_State* lua, int index, const std::string& name, http::Request& request,
                  size_t& left) {
  if (lua_istable(lua, index)) return AddArray(lua, index, name, request, left);
  std::string text = ParameterText(lua, index, name);
  Take(left, name, text);
  request.query.push_back({name, std::move(text)});
}

// So that the same table always makes the same request.
void Sort(std::vector<http::Parameter>& query) {
  std::ranges::stable_sort(query, {}, &http::Parameter::name);
}

http::Router::Answer Ask(const Call& call, http::Request request) {
  request.identity = call.identity;
  if (call.request != nullptr) {
    request.remote_address = call.request->remote_address;
    request.remote_port = call.request->remote_port;
  }
  const auto guard = [&call](http::Request&, const http::RoutePolicy& policy) {
    if (call.identity == nullptr) return std::optional<http::Response>();
    return http::RefuseByPolicy(*call.identity, policy);
  };
  return call.services.rest.Dispatch(std::move(request), guard);
}

}  // namespace

http::Request RestRequest(std::vector<std::string> segments) {
  http::Request request;
  request.segments = {"api", "v1"};
  request.path = kRoot.substr(0, kRoot.size() - 1);
  for (std::string& segment : segments) {
    if (ToValidUtf8(segment) != segment || segment.find('\0') != std::string::npos) {
      throw ScriptError("\"" + ToValidUtf8(segment) + "\" is not UTF-8, or holds a NUL byte");
    }
    request.path += "/" + segment;
    request.segments.push_back(std::move(segment));
  }
  return request;
}

http::Request RestRequest(std::string_view path) {
  std::string target(path);
  if (!target.starts_with(kRoot)) {
    target = std::string(kRoot) + target.substr(target.starts_with('/') ? 1 : 0);
  }
  http::Request request;
  if (const auto problem = http::ParseTarget(target, request)) throw ScriptError(problem->detail);
  return request;
}

void ReadParameters(lua_State* lua, int index, http::Request& request) {
  if (lua_isnoneornil(lua, index)) return;
  TableArgument(lua, index, "params");
  size_t left = kMostQueryBytes;
  constexpr size_t kLongestName = 256;
  for (lua_pushnil(lua); lua_next(lua, index) != 0; lua_pop(lua, 1)) {
    const auto name = TextAt(lua, -2);
    if (!name) {
      throw ScriptError("params: a parameter's name is to be a string, not " + Describe(lua, -2));
    }
    if (name->size() > kLongestName) throw ScriptError("params: a parameter's name is too long");
    AddParameter(lua, lua_gettop(lua), ToValidUtf8(*name), request, left);
  }
  Sort(request.query);
}

void ReadParameter(lua_State* lua, int index, const std::string& name, http::Request& request) {
  size_t left = kMostQueryBytes;
  AddParameter(lua, index, name, request, left);
}

int PushRest(lua_State* lua, http::Request request) {
  const http::Router::Answer answer = Ask(Call::Of(lua), std::move(request));
  // Handlers bound themselves; what they took is looked at on the clock.
  State::Of(lua).Spend(kSpendPerRequest);
  const http::Response& response = answer.response;
  if (response.status == 404 && !answer.path_template.empty()) {
    lua_pushnil(lua);
    Push(lua, DetailOf(response));
    return 2;
  }
  if (response.status >= 300) throw ScriptError(DetailOf(response));
  if (!response.content_type.starts_with("application/json")) {
    Push(lua, response.body);
    return 1;
  }
  const HeldBytes held(State::Of(lua), response.body.size());
  PushJson(lua, response.body, Nulls::kNil);
  return 1;
}

int PushCollection(lua_State* lua, http::Request request) {
  const int count = PushRest(lua, std::move(request));
  if (count != 1) return count;
  Push(lua, "items");
  lua_rawget(lua, -2);
  lua_insert(lua, -2);
  Push(lua, "items");
  lua_pushnil(lua);
  lua_rawset(lua, -3);
  return 2;
}

std::string DetailOf(const http::Response& problem) {
  const auto parsed = json::Parsed::Parse(problem.body);
  const auto detail = parsed.ok() ? parsed->root()["detail"].text() : std::nullopt;
  return detail ? std::string(*detail) : "the answer has status " + std::to_string(problem.status);
}

}  // namespace wiregauge::lua
