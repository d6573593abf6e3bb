// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "http_client/client.h"
#include "publish/json/writer.h"
#include "publish/lua/compat/functions.h"
#include "publish/lua/compat/view.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua::compat {
namespace {

using http_client::Answer;

constexpr double kDefaultSeconds = 10, kMostSeconds = 3600;

std::string OptionalTextOr(lua_State* lua, int index, const char* name) {
  return std::string(OptionalText(lua, index, name).value_or(""));
}

// Seconds; not beyond what the script itself may take.
Duration TimeoutArgument(lua_State* lua, int index) {
  const double seconds = OptionalNumber(lua, index, "timeout").value_or(kDefaultSeconds);
  if (!(seconds > 0 && seconds <= kMostSeconds)) {
    throw ScriptError("timeout (argument " + std::to_string(index) +
                      ") is to be a number of seconds up to 3600");
  }
  const auto wanted = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
  const Duration left = State::Of(lua).deadline() - std::chrono::steady_clock::now();
  return std::clamp<Duration>(wanted, std::chrono::milliseconds(1),
                              std::max<Duration>(left, std::chrono::milliseconds(1)));
}

void SetLogin(http_client::Call& call, std::string user, std::string password) {
  if (!user.empty()) call.login = {std::move(user), std::move(password)};
}

// What cannot be asked for is an error; that nobody answers is not.
Result<Answer> Fetch(lua_State* lua, http_client::Call call) {
  Services& services = Call::Of(lua).services;
  if (services.http_client == nullptr) throw ScriptError("HTTP calls are off");
  call.give_up = [&services] { return services.stopping.load(std::memory_order_relaxed); };
  Result<Answer> answer = services.http_client->Fetch(call);
  State::Of(lua).Spend(0);
  if (answer.ok() || answer.error().code == ErrorCode::kUnavailable ||
      answer.error().code == ErrorCode::kConflict) {
    return answer;
  }
  throw ScriptError(answer.error().message);
}

std::string ContentTypeOf(const Answer& answer) {
  for (const auto& [name, value] : answer.headers) {
    if (name == "content-type") return value;
  }
  return {};
}

// {RESPONSE_CODE, CONTENT, CONTENT_LEN, CONTENT_TYPE, EFFECTIVE_URL}, or nil and why there is none.
int PushAnswer(lua_State* lua, const Result<Answer>& answer, bool with_content) {
  if (!answer.ok()) {
    lua_pushnil(lua);
    Push(lua, answer.error().message);
    return 2;
  }
  lua_createtable(lua, 0, 5);
  SetField(lua, "RESPONSE_CODE", answer->status);
  if (with_content) SetField(lua, "CONTENT", answer->body);
  SetField(lua, "CONTENT_LEN", answer->body.size());
  SetField(lua, "CONTENT_TYPE", ContentTypeOf(*answer));
  SetField(lua, "EFFECTIVE_URL", answer->url);
  return 1;
}

// (url [, user, password, timeout, return_content])
int HttpGet(lua_State* lua) {
  http_client::Call call;
  call.url = TextArgument(lua, 1, "url");
  SetLogin(call, OptionalTextOr(lua, 2, "user"), OptionalTextOr(lua, 3, "password"));
  call.timeout = TimeoutArgument(lua, 4);
  call.follow_redirects = true;
  const bool with_content = OptionalBoolean(lua, 5, "return_content").value_or(true);
  return PushAnswer(lua, Fetch(lua, std::move(call)), with_content);
}

// (url, data [, user, password, timeout, return_content])
int HttpPost(lua_State* lua) {
  http_client::Call call;
  call.method = "POST";
  call.url = TextArgument(lua, 1, "url");
  call.body = OptionalTextOr(lua, 2, "data");
  call.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  SetLogin(call, OptionalTextOr(lua, 3, "user"), OptionalTextOr(lua, 4, "password"));
  call.timeout = TimeoutArgument(lua, 5);
  const bool with_content = OptionalBoolean(lua, 6, "return_content").value_or(true);
  return PushAnswer(lua, Fetch(lua, std::move(call)), with_content);
}

// (user, password, url, json [, timeout]): a text, or a table that becomes one.
int PostJson(lua_State* lua) {
  http_client::Call call;
  call.method = "POST";
  SetLogin(call, OptionalTextOr(lua, 1, "user"), OptionalTextOr(lua, 2, "password"));
  call.url = TextArgument(lua, 3, "url");
  if (lua_istable(lua, 4)) {
    WriteJson(lua, 4, call.body);
  } else {
    call.body = TextArgument(lua, 4, "json");
  }
  call.headers = {{"Content-Type", "application/json"}};
  call.timeout = TimeoutArgument(lua, 5);
  const Result<Answer> answer = Fetch(lua, std::move(call));
  Push(lua, answer.ok() && answer->status >= 200 && answer->status < 300);
  if (answer.ok()) return 1;
  Push(lua, answer.error().message);
  return 2;
}

}  // namespace

Part HttpPart() {
  const Parameter user = {"user", "string?", "\"\": without a login"};
  const Parameter password = {"password", "string?", ""};
  const Parameter timeout = {"timeout", "number?",
                             "seconds, 10; never longer than the script may run"};
  const Parameter content = {"return_content", "boolean?", "true"};
  const std::vector<Parameter> answer = {
      {"answer", "table?",
       "{RESPONSE_CODE, CONTENT, CONTENT_LEN, CONTENT_TYPE, EFFECTIVE_URL}; nil: nobody answered"},
      {"why", "string?", "why there is none"}};
  Part part;
  part.functions = {
      {"httpGet",
       "Fetches a URL from where scripts may go (lua.http_allowed); follows redirects.",
       {{"url", "string", ""}, user, password, timeout, content},
       answer,
       Entry<HttpGet>},
      {"httpPost",
       "Posts form data to where scripts may go (lua.http_allowed).",
       {{"url", "string", ""},
        {"data", "string?", "\"a=1&b=2\""},
        user,
        password,
        timeout,
        content},
       answer,
       Entry<HttpPost>},
      {"postHTTPJsonData",
       "Posts JSON to where scripts may go (lua.http_allowed).",
       {user, password, {"url", "string", ""}, {"json", "string|table", ""}, timeout},
       {{"ok", "boolean", "it was answered with a status of 2xx"},
        {"why", "string?", "why nobody answered"}},
       Entry<PostJson>},
  };
  return part;
}

}  // namespace wiregauge::lua::compat
