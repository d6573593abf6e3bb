// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/runtime.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "publish/http/problem.h"
#include "publish/json/writer.h"
#include "publish/lua/host/host_library.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/library.h"
#include "publish/lua/vm/sandbox.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kHtml = "text/html; charset=utf-8";

// The call has a context while it runs.
class Context {
 public:
  Context(State& state, Call& call) : state_(state) { state_.set_context(&call); }
  ~Context() { state_.set_context(nullptr); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

 private:
  State& state_;
};

bool IsJsonValue(lua_State* lua, int index) {
  const int type = lua_type(lua, index);
  return type == LUA_TTABLE || type == LUA_TUSERDATA;
}

// The headers at `index`, a table of texts.
void TakeHeaders(lua_State* lua, int index, Call& call) {
  if (lua_isnoneornil(lua, index)) return;
  TableArgument(lua, index, "headers");
  for (lua_pushnil(lua); lua_next(lua, index) != 0; lua_pop(lua, 1)) {
    const auto name = TextAt(lua, -2);
    if (!name) throw ScriptError("a header's name is to be a string, not " + Describe(lua, -2));
    const std::string_view value = TextArgument(lua, -1, "header");
    if (ToLower(*name) == "content-type") {
      call.content_type = value;
    } else {
      call.SetHeader(std::string(*name), std::string(value));
    }
  }
}

// What a function has returned, from `first` on: body, status, headers. `schema` is 0 or an index.
// A page's results are the body only if they have one.
void TakeResults(lua_State* lua, int first, int schema, bool is_route, Call& call) {
  if (lua_isnoneornil(lua, first)) return;
  if (!lua_isnoneornil(lua, first + 1)) {
    call.status = static_cast<int>(IntegerArgument(lua, first + 1, "status", 200, 599));
  }
  TakeHeaders(lua, first + 2, call);
  if (const auto text = TextAt(lua, first)) {
    State::Of(lua).CheckOutput(text->size());
    call.body = std::string(*text);
    if (call.content_type.empty() && is_route) call.content_type = "text/plain; charset=utf-8";
  } else if (is_route || IsJsonValue(lua, first)) {
    std::string body;
    WriteJson(lua, first, body, schema);
    State::Of(lua).CheckOutput(body.size());
    call.body = std::move(body);
    if (call.content_type.empty()) call.content_type = kJson;
  }
}

void PushValue(lua_State* lua, const ParameterSpec::Value& value) {
  std::visit([lua](const auto& known) { Push(lua, known); }, value);
}

// A script may write the head of its answer itself, as ntopng's did: "HTTP/1.1 200 OK\r\n...".
void TakePrintedHead(std::string& printed, Call& call) {
  if (!printed.starts_with("HTTP/1.")) return;
  size_t end = printed.find("\r\n\r\n"), body = end + 4;
  // Scripts that write bare line feeds.
  if (const size_t lines = printed.find("\n\n"); lines < end) {
    end = lines;
    body = end + 2;
  }
  if (end == std::string::npos) return;
  const std::string_view head = std::string_view(printed).substr(0, end);
  bool is_first = true;
  for (std::string_view line : Split(head, '\n')) {
    line = Trim(line);
    if (std::exchange(is_first, false)) {
      const auto status = ParseNumber<int>(line.substr(std::min<size_t>(line.size(), 9), 3));
      if (status && *status >= 200 && *status <= 599) call.status = *status;
      continue;
    }
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string name(line.substr(0, colon)), value(Trim(line.substr(colon + 1)));
    if (ToLower(name) == "content-type") {
      call.content_type = value;
    } else {
      call.SetHeader(name, value);
    }
  }
  printed.erase(0, body);
}

bool SeesErrors(const Call& call) {
  return call.identity == nullptr || call.identity->role == model::Role::kAdmin;
}

http::Response Failure(const Outcome& outcome, const Call& call) {
  http::Problem problem;
  problem.status = 500;
  if (outcome.kind == Outcome::Kind::kBreach) {
    problem.type = "/problems/script-limit";
    problem.title = "Script Limit Reached";
    problem.detail = "The script " + std::string(BreachText(outcome.breach)) + ".";
  } else {
    problem.type = "/problems/script-error";
    problem.title = "Script Error";
    problem.detail = "The script failed; admins see why.";
  }
  if (SeesErrors(call)) problem.detail = outcome.message;
  return http::ProblemResponse(problem);
}

}  // namespace

const Script* ScriptSet::Find(std::string_view name) const {
  const auto found = std::find_if(scripts.begin(), scripts.end(), [name](const Script& script) {
    return script.file->name == name;
  });
  return found == scripts.end() ? nullptr : &*found;
}

Result<std::unique_ptr<Runtime>> Runtime::Make(Services& services) {
  auto state = State::Make();
  if (!state.ok()) return state.error();
  std::unique_ptr<Runtime> runtime(new Runtime(services));
  runtime->state_ = std::move(state).value();
  const Outcome made = runtime->state_->Run({}, [&services](lua_State* lua) {
    PublishLibraries(lua, services.libraries);
    for (const auto open : services.openers) open(lua);
  });
  if (!made.ok()) return Error{ErrorCode::kInternal, "Lua libraries: " + made.message};
  return runtime;
}

void Runtime::AddModule(std::shared_ptr<const ScriptFile> file) {
  // "modules/a/b.lua" is a/b.
  constexpr std::string_view kFolder = "modules/", kEnding = ".lua";
  std::string_view name = file->name;
  name.remove_prefix(kFolder.size());
  name.remove_suffix(kEnding.size());
  modules_[std::string(name)] = std::move(file);
}

Runtime::Loaded Runtime::Load(const ScriptFile& file, const Limits& limits) {
  Call call(services_, file.name);
  Registration registration{.script = &file, .routes = {}};
  Loaded loaded;
  loaded.outcome = RunProtected(call, limits, [&](lua_State* lua) {
    PushEnvironment(lua);
    lua::Load(lua, file.text, file.name);
    if (file.kind != ScriptKind::kRoutes) {
      if (file.kind != ScriptKind::kModule) pages_[file.name] = luaL_ref(lua, LUA_REGISTRYINDEX);
      return;
    }
    registration_ = &registration;
    lua_call(lua, 0, 0);
  });
  registration_ = nullptr;
  loaded_bytes_ = state_->used_bytes();
  loaded.routes = std::move(registration.routes);
  return loaded;
}

void Runtime::LoadAll(const ScriptSet& set, const Limits& limits) {
  for (const Script& script : set.scripts) {
    if (script.is_good && script.file->kind == ScriptKind::kModule) AddModule(script.file);
  }
  for (const Script& script : set.scripts) {
    if (!script.is_good || script.file->kind == ScriptKind::kModule) continue;
    const Outcome outcome = Load(*script.file, limits).outcome;
    if (outcome.ok()) continue;
    if (services_.stopping) return;
    log::Error("lua", "a script that was good does not load again",
               {{"script", script.file->name}, {"problem", outcome.message}});
    if (is_spent_) return;
  }
}

Outcome Runtime::RunProtected(Call& call, const Limits& limits,
                              const std::function<void(lua_State*)>& body) {
  call.runtime = this;
  const Context context(*state_, call);
  Outcome outcome = state_->Run(limits, body);
  const bool keeps_too_much = state_->idle_bytes() > loaded_bytes_ + limits.memory_bytes;
  is_spent_ = is_spent_ || keeps_too_much || outcome.kind == Outcome::Kind::kBreach;
  return outcome;
}

Outcome Runtime::Run(const std::string& script, Call& call, const Limits& limits) {
  const auto found = pages_.find(script);
  if (found == pages_.end()) {
    return {.kind = Outcome::Kind::kError, .breach = {}, .message = script + ": is not loaded"};
  }
  return RunProtected(call, limits, [&](lua_State* lua) {
    lua_rawgeti(lua, LUA_REGISTRYINDEX, found->second);
    PushEnvironment(lua);
    for (const auto prepare : services_.preparers) prepare(lua, call);
    lua_setfenv(lua, -2);
    lua_call(lua, 0, LUA_MULTRET);
    TakeResults(lua, 1, 0, false, call);
  });
}

Outcome Runtime::Run(const RouteSpec& route, const std::vector<Argument>& arguments, Call& call,
                     const Limits& limits) {
  const auto found = handlers_.find(route.key);
  if (found == handlers_.end()) {
    return {.kind = Outcome::Kind::kError,
            .breach = {},
            .message = route.script + ": did not register " + route.key};
  }
  return RunProtected(call, limits, [&](lua_State* lua) {
    lua_rawgeti(lua, LUA_REGISTRYINDEX, found->second);
    lua_rawgeti(lua, 1, 2);
    const int schema = lua_istable(lua, -1) ? 2 : 0;
    lua_rawgeti(lua, 1, 1);
    lua_createtable(lua, 0, static_cast<int>(arguments.size()));
    for (const Argument& argument : arguments) {
      Push(lua, argument.name);
      PushValue(lua, argument.value);
      lua_rawset(lua, -3);
    }
    PushRequest(lua);
    if (route.response_type != kJson) call.content_type = route.response_type;
    lua_call(lua, 2, LUA_MULTRET);
    TakeResults(lua, 3, schema, true, call);
  });
}

http::Response MakeResponse(const Outcome& outcome, Call& call, std::string printed) {
  if (outcome.kind == Outcome::Kind::kError && call.problem) {
    return http::ProblemResponse(*call.problem);
  }
  if (!outcome.ok()) return Failure(outcome, call);
  if (!call.body) TakePrintedHead(printed, call);
  http::Response response;
  response.status = call.status;
  response.body = call.body ? *std::move(call.body) : std::move(printed);
  response.content_type = call.content_type.empty() ? std::string(kHtml) : call.content_type;
  response.headers = std::move(call.headers);
  return response;
}

}  // namespace wiregauge::lua
