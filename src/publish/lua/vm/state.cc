// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/vm/state.h"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <lua.hpp>
#include <utility>

#include "base/text.h"
#include "publish/lua/vm/error.h"
#include "publish/lua/vm/sandbox.h"

namespace wiregauge::lua {
namespace {

constexpr size_t kLongestMessage = 2048;

// What a script threw. Only strings and numbers: an object's __tostring is the script's code.
std::string MessageAt(lua_State* lua, int index) {
  const int type = lua_type(lua, index);
  if (type == LUA_TNUMBER) return std::to_string(lua_tonumber(lua, index));
  if (type != LUA_TSTRING) {
    return std::string("an error object that is a ") + lua_typename(lua, type);
  }
  size_t size = 0;
  const char* const text = lua_tolstring(lua, index, &size);
  return ToValidUtf8(std::string_view(text, std::min(size, kLongestMessage)));
}

// "scripts/top.lua:12: ", of what runs.
std::string PlaceOf(lua_State* lua) {
  lua_Debug running{};
  for (int level = 0; lua_getstack(lua, level, &running) == 1; ++level) {
    if (lua_getinfo(lua, "Sl", &running) == 0 || running.currentline <= 0) continue;
    return std::string(running.short_src) + ":" + std::to_string(running.currentline) + ": ";
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<State>> State::Make() {
  std::unique_ptr<State> state(new State());
  state->lua_ = lua_newstate(&State::Allocate, state.get());
  if (state->lua_ == nullptr) {
    return Error{ErrorCode::kUnavailable, "no memory for a Lua state"};
  }
  const Outcome made = state->Run({}, [](lua_State* lua) {
    luaJIT_setmode(lua, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF);
    OpenSandbox(lua);
  });
  if (!made.ok()) return Error{ErrorCode::kInternal, "Lua libraries: " + made.message};
  return state;
}

State::~State() {
  if (lua_ != nullptr) lua_close(lua_);
}

State& State::Of(lua_State* lua) {
  void* self = nullptr;
  lua_getallocf(lua, &self);
  return *static_cast<State*>(self);
}

State::Nested::Nested(State& state, Kind kind)
    : depth_(kind == Kind::kCall ? state.nested_calls_ : state.nested_coroutines_) {
  const int most = kind == Kind::kCall ? kMostNestedCalls : kMostNestedCoroutines;
  if (depth_ == most) throw ScriptError("stack overflow: functions of C call back too deeply");
  ++depth_;
}
State::Nested::~Nested() { --depth_; }

void* State::Allocate(void* self, void* block, size_t old_size, size_t new_size) {
  State& state = *static_cast<State*>(self);
  if (block == nullptr) old_size = 0;
  if (new_size == 0) {
    std::free(block);
    state.used_bytes_ -= old_size;
    return nullptr;
  }
  if (new_size > old_size) {
    if (state.used_bytes_ + state.held_bytes_ + (new_size - old_size) > state.most_bytes_) {
      state.Break(Breach::kMemory);
      return nullptr;
    }
    if (new_size >= kLongBlock) state.HookSooner();
    state.allocated_ += new_size;
    if (state.allocated_ > kAllocatedBetweenLooks && !state.CheckTime()) return nullptr;
  }
  void* const moved = std::realloc(block, new_size);
  if (moved == nullptr) {
    state.Break(Breach::kMemory);
    return nullptr;
  }
  state.used_bytes_ += new_size - old_size;
  return moved;
}

// Runs inside the interpreter, in whichever coroutine it is.
void State::Hook(lua_State* lua, lua_Debug*) {
  State& state = Of(lua);
  state.instructions_ += static_cast<uint64_t>(state.hook_interval_);
  if (state.breach_ == Breach::kNone) {
    if (state.instructions_ > state.limits_.instructions) state.Break(Breach::kInstructions);
    state.CheckTime();
  }
  if (state.breach_ == Breach::kNone) return;
  if (state.breach_place_.empty()) state.breach_place_ = PlaceOf(lua);
  state.SetHook(1);
  lua_pushliteral(lua, "limit reached");
  lua_error(lua);
}

void State::SetHook(int interval) { lua_sethook(lua_, &State::Hook, LUA_MASKCOUNT, interval); }

// For the rest of the state's life: what is long may last.
void State::HookSooner() {
  if (hook_interval_ == kShortHookInterval || breach_ != Breach::kNone) return;
  hook_interval_ = kShortHookInterval;
  if (lua_ != nullptr) SetHook(hook_interval_);
}

bool State::CheckTime() {
  allocated_ = 0;
  unlooked_ = 0;
  const bool is_stopped = limits_.stop != nullptr && limits_.stop->load(std::memory_order_relaxed);
  if (!is_stopped && std::chrono::steady_clock::now() <= deadline_) return true;
  Break(Breach::kTime);
  return false;
}

// The first one is what is told: others follow from it.
void State::Break(Breach breach) {
  if (breach_ == Breach::kNone) breach_ = breach;
}

void State::Spend(uint64_t operations) {
  instructions_ += operations;
  if (instructions_ > limits_.instructions) Break(Breach::kInstructions);
  unlooked_ += operations;
  if (unlooked_ > kHookInterval || breach_ != Breach::kNone) CheckTime();
  if (breach_ != Breach::kNone) throw LimitReached();
}

void State::HoldBytes(int64_t bytes) {
  held_bytes_ += static_cast<size_t>(bytes);
  if (bytes <= 0 || used_bytes_ + held_bytes_ <= most_bytes_) return;
  Break(Breach::kMemory);
  throw LimitReached();
}

void State::Print(std::string_view text) {
  CheckOutput(output_.size() + text.size());
  output_ += text;
}

void State::CheckOutput(size_t bytes) {
  if (bytes <= limits_.output_bytes) return;
  Break(Breach::kOutput);
  throw LimitReached();
}

std::string State::TakeOutput() { return std::exchange(output_, {}); }

void State::Begin(const Limits& limits) {
  // Garbage of earlier calls is not this one's.
  if (used_bytes_ > idle_bytes_ + limits.memory_bytes / 4) {
    lua_gc(lua_, LUA_GCCOLLECT, 0);
    idle_bytes_ = used_bytes_;
  }
  limits_ = limits;
  deadline_ = std::chrono::steady_clock::now() + limits.wall_time;
  most_bytes_ = used_bytes_ + held_bytes_ + limits.memory_bytes;
  instructions_ = 0;
  allocated_ = 0;
  output_.clear();
  SetHook(hook_interval_);
}

int State::Trampoline(lua_State* lua) {
  const auto& body = *static_cast<const std::function<void(lua_State*)>*>(lua_touserdata(lua, 1));
  lua_settop(lua, 0);
  std::string message;
  try {
    body(lua);
    return 0;
  } catch (const std::exception& exception) {
    message = exception.what();
  }
  lua_pushlstring(lua, message.data(), message.size());
  message = std::string();
  return lua_error(lua);
}

Outcome State::Run(const Limits& limits, const std::function<void(lua_State*)>& body) {
  Begin(limits);
  auto* const argument = const_cast<std::function<void(lua_State*)>*>(&body);
  const Outcome outcome = ReadOutcome(lua_cpcall(lua_, &State::Trampoline, argument));
  lua_settop(lua_, 0);
  deadline_ = SteadyTime::max();
  most_bytes_ = std::max(used_bytes_ + held_bytes_, most_bytes_);
  return outcome;
}

Outcome State::ReadOutcome(int code) {
  if (breach_ != Breach::kNone) {
    return {.kind = Outcome::Kind::kBreach,
            .breach = breach_,
            .message = breach_place_ + std::string(BreachText(breach_))};
  }
  if (code == 0) return {};
  return {.kind = Outcome::Kind::kError, .breach = {}, .message = MessageAt(lua_, -1)};
}

}  // namespace wiregauge::lua
