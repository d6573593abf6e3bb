// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/native/http_library.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <lua.hpp>
#include <string>
#include <utility>

#include "base/text.h"
#include "http_client/client.h"
#include "publish/lua/call.h"
#include "publish/lua/vm/held_bytes.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/sandbox.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

constexpr int64_t kMostAnswerBytes = int64_t{16} << 20;
constexpr double kMostTimeoutSeconds = 3600;
// More than a look at the clock costs, which a long answer needs.
constexpr uint64_t kSpendPerCall = 50'000;

constexpr std::array<std::string_view, 11> kOptions = {
    "method",     "headers",          "body",     "json", "user", "password", "token", "timeout_s",
    "verify_tls", "follow_redirects", "max_bytes"};

void CheckOptions(lua_State* lua, int options) {
  for (lua_pushnil(lua); lua_next(lua, options) != 0; lua_pop(lua, 1)) {
    const auto name = TextAt(lua, -2);
    if (name && std::ranges::find(kOptions, *name) != kOptions.end()) continue;
    std::string known;
    for (const std::string_view option : kOptions) {
      known += (known.empty() ? "" : ", ") + std::string(option);
    }
    throw ScriptError("options: there is no " + (name ? ToValidUtf8(*name) : Describe(lua, -2)) +
                      "; there are: " + known);
  }
}

void ReadHeaders(lua_State* lua, http_client::Call& call) {
  const int headers = lua_gettop(lua);
  if (lua_isnil(lua, headers)) return;
  TableArgument(lua, headers, "headers");
  for (lua_pushnil(lua); lua_next(lua, headers) != 0; lua_pop(lua, 1)) {
    const auto name = TextAt(lua, -2);
    if (!name) throw ScriptError("headers: a header's name is to be a string");
    call.headers.emplace_back(*name, PushText(lua, -1));
    lua_pop(lua, 1);
  }
  std::ranges::sort(call.headers);
}

// The value on top is what stands under "json".
void ReadJson(lua_State* lua, http_client::Call& call) {
  if (lua_isnil(lua, -1)) return;
  WriteJson(lua, -1, call.body);
  call.headers.emplace_back("content-type", "application/json");
}

// The option of that name, `read` from the stack's top.
template <typename Read>
auto Option(lua_State* lua, int options, const char* name, Read read) {
  lua_getfield(lua, options, name);
  auto value = read(lua, lua_gettop(lua), name);
  lua_pop(lua, 1);
  return value;
}

std::optional<std::string> Text(lua_State* lua, int index, const char* name) {
  const auto text = OptionalText(lua, index, name);
  return text ? std::optional(std::string(*text)) : std::nullopt;
}
std::optional<int64_t> Bytes(lua_State* lua, int index, const char* name) {
  return OptionalInteger(lua, index, name, 1, kMostAnswerBytes);
}

void ReadTimeout(lua_State* lua, int options, http_client::Call& call) {
  const auto seconds = Option(lua, options, "timeout_s", OptionalNumber);
  if (!seconds) return;
  if (!(*seconds > 0 && *seconds <= kMostTimeoutSeconds)) {
    throw ScriptError("timeout_s: it is to be more than 0 and at most an hour");
  }
  call.timeout = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(*seconds));
}

void ReadLogin(lua_State* lua, int options, http_client::Call& call) {
  const auto user = Option(lua, options, "user", Text);
  const auto password = Option(lua, options, "password", Text);
  if (user) call.login = {*user, password.value_or("")};
  if (const auto token = Option(lua, options, "token", Text)) call.bearer = *token;
}

void ReadOptions(lua_State* lua, int options, http_client::Call& call) {
  if (lua_isnoneornil(lua, options)) return;
  TableArgument(lua, options, "options");
  CheckOptions(lua, options);
  if (const auto method = Option(lua, options, "method", Text)) call.method = *method;
  if (auto body = Option(lua, options, "body", Text)) call.body = *std::move(body);
  lua_getfield(lua, options, "headers");
  ReadHeaders(lua, call);
  lua_getfield(lua, options, "json");
  ReadJson(lua, call);
  lua_pop(lua, 2);
  ReadLogin(lua, options, call);
  ReadTimeout(lua, options, call);
  call.verify_tls = Option(lua, options, "verify_tls", OptionalBoolean).value_or(true);
  call.follow_redirects = Option(lua, options, "follow_redirects", OptionalBoolean).value_or(false);
  const auto most = Option(lua, options, "max_bytes", Bytes);
  if (most) call.most_answer_bytes = static_cast<size_t>(*most);
}

// Of a name that comes again the values are joined, as RFC 9110 section 5.3 allows.
void PushHeaders(lua_State* lua, const std::vector<http_client::Header>& headers) {
  lua_newtable(lua);
  for (const auto& [name, value] : headers) {
    Push(lua, name);
    lua_rawget(lua, -2);
    const auto before = TextAt(lua, -1);
    const std::string joined = before ? std::string(*before) + ", " + value : value;
    lua_pop(lua, 1);
    SetField(lua, name, joined);
  }
}

int PushAnswer(lua_State* lua, const http_client::Answer& answer) {
  const HeldBytes held(State::Of(lua), answer.body.size());
  lua_createtable(lua, 0, 4);
  SetField(lua, "status", answer.status);
  SetField(lua, "body", answer.body);
  SetField(lua, "url", answer.url);
  PushHeaders(lua, answer.headers);
  lua_setfield(lua, -2, "headers");
  return 1;
}

int Fetch(lua_State* lua, std::string method) {
  Services& services = Call::Of(lua).services;
  http_client::Client* const client = services.http_client;
  if (client == nullptr) throw ScriptError("wiregauge.http is off: no destination is allowed");
  http_client::Call call{.method = std::move(method),
                         .url = std::string(TextArgument(lua, 1, "url"))};
  ReadOptions(lua, 2, call);
  State& state = State::Of(lua);
  state.Spend(kSpendPerCall);
  const Duration left = state.deadline() - std::chrono::steady_clock::now();
  call.timeout = std::max<Duration>(std::min(call.timeout, left), std::chrono::milliseconds(1));
  call.give_up = [&services] { return services.stopping.load(); };
  const auto answer = client->Fetch(call);
  state.Spend(kSpendPerCall);
  if (answer.ok()) return PushAnswer(lua, *answer);
  lua_pushnil(lua);
  Push(lua, answer.error().message);
  return 2;
}

int Get(lua_State* lua) { return Fetch(lua, "GET"); }
int Post(lua_State* lua) { return Fetch(lua, "POST"); }

Library Make() {
  const std::vector<Parameter> parameters = {{"url", "string", "http or https"},
                                             {"options", "HttpOptions?", ""}};
  const std::vector<Parameter> returns = {{"answer", "HttpAnswer?", "with any status"},
                                          {"error", "string?", "why there is no answer"}};
  return {"wiregauge.http",
          "HTTP calls to the destinations that the configuration allows. The script waits for the "
          "answer, at most until its own time is over.",
          {{"get", "Asks for what is at a URL.", parameters, returns, Entry<Get>},
           {"post", "Sends a body to a URL.", parameters, returns, Entry<Post>},
           {"request", "A call of any method (options.method).", parameters, returns, Entry<Get>}},
          {},
          {{"HttpOptions",
            "How a call is made.",
            {{"method", "string?", "instead of the function's: \"PUT\""},
             {"headers", "table<string, string>?", "by name"},
             {"body", "string?", "any bytes"},
             {"json", "any", "a body: it is sent as JSON"},
             {"user", "string?", "with password: Basic"},
             {"password", "string?", "with user"},
             {"token", "string?", "Bearer"},
             {"timeout_s", "number?", "seconds; 10 by default"},
             {"verify_tls", "boolean?", "whether the certificate is checked; true by default"},
             {"follow_redirects", "boolean?", "false by default"},
             {"max_bytes", "integer?", "of the answer's body; 1 MiB by default, at most 16 MiB"}}},
           {"HttpAnswer",
            "What came back.",
            {{"status", "integer", "200, 404, 500, ..."},
             {"headers", "table<string, string>", "names in lower case"},
             {"body", "string", "as it was sent"},
             {"url", "string", "that answered: another one after a redirect"}}}}};
}

}  // namespace

const Library& HttpLibrary() {
  static const Library library = Make();
  return library;
}

}  // namespace wiregauge::lua
