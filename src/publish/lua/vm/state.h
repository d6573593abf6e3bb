// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "publish/lua/vm/limits.h"

struct lua_State;
struct lua_Debug;

namespace wiregauge::lua {

// How a call ended. `message` of an error: what the script said, with file and line where they are
// known; bounded, valid UTF-8. A script that breaks a limit has failed, whatever it catches.
struct Outcome {
  enum class Kind : uint8_t { kDone, kError, kBreach };

  Kind kind = Kind::kDone;
  Breach breach = Breach::kNone;
  std::string message;

  bool ok() const { return kind == Kind::kDone; }
};

// One LuaJIT state with the libraries that scripts get (sandbox.h), interpreted only: no hook would
// fire in compiled code. Everything that calls the Lua API runs inside Run, where errors go by
// unwinding (destructors run) and cost one call.
//
// Limits: a hook counts instructions and looks at the clock every kHookInterval of them, more often
// once there are long strings; the allocator refuses memory and looks at the clock, too; C
// functions that do much announce their work with Spend. Once a limit is broken every further
// instruction raises, so that no pcall keeps a script alive. After a breach the state is to be
// thrown away.
//
// One thread at a time.
class State {
 public:
  static Result<std::unique_ptr<State>> Make();
  ~State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // The state that `lua` belongs to.
  static State& Of(lua_State* lua);

  // Calls body(lua) protected and within the limits. What it leaves on the stack is dropped.
  Outcome Run(const Limits& limits, const std::function<void(lua_State*)>& body);

  // Counts work that is done for the script outside the interpreter, about a nanosecond each.
  // Throws LimitReached when a limit is broken. Only inside Run.
  void Spend(uint64_t operations);
  // What C++ objects hold for the script; given back when it is negative. Throws LimitReached.
  void HoldBytes(int64_t bytes);
  // Appends to what the script writes. Throws LimitReached.
  void Print(std::string_view text);
  // Throws LimitReached when that is more than a script may write.
  void CheckOutput(size_t bytes);
  std::string TakeOutput();

  // Until when the present call may run.
  SteadyTime deadline() const { return deadline_; }
  Breach breach() const { return breach_; }
  size_t used_bytes() const { return used_bytes_; }
  // What lasts from call to call, as the last collection found it.
  size_t idle_bytes() const { return idle_bytes_; }
  // Of the last call, counted in steps of kHookInterval.
  uint64_t instructions() const { return instructions_; }

  // What the host wants to find again in its functions, of the present call. Null: none.
  void set_context(void* context) { context_ = context; }
  void* context() const { return context_; }

  // A C function that calls back into Lua takes C stack: one of these stands in each. Throws
  // ScriptError when they nest too deeply.
  class Nested {
   public:
    enum class Kind : uint8_t { kCall, kCoroutine };
    explicit Nested(State& state, Kind kind = Kind::kCall);
    ~Nested();
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;

   private:
    int& depth_;
  };

 private:
  State() = default;

  static void* Allocate(void* self, void* block, size_t old_size, size_t new_size);
  static void Hook(lua_State* lua, lua_Debug*);
  static int Trampoline(lua_State* lua);

  void Begin(const Limits& limits);
  bool CheckTime();
  void Break(Breach breach);
  void SetHook(int interval);
  void HookSooner();
  Outcome ReadOutcome(int code);

  static constexpr int kHookInterval = 1000;
  // Of strings of this length an instruction copies or compares so much that the hook is due
  // sooner.
  static constexpr size_t kLongBlock = size_t{1} << 20;
  static constexpr int kShortHookInterval = 50;
  static constexpr int kMostNestedCalls = 150, kMostNestedCoroutines = 16;
  static constexpr size_t kAllocatedBetweenLooks = size_t{1} << 20;
  // Until a call begins: for making the state and its libraries.
  static constexpr size_t kSetUpBytes = size_t{32} << 20;

  lua_State* lua_ = nullptr;
  Limits limits_;
  SteadyTime deadline_ = SteadyTime::max();
  uint64_t instructions_ = 0;
  size_t used_bytes_ = 0, held_bytes_ = 0;
  size_t idle_bytes_ = 0;  // as the last full collection between calls left it
  size_t most_bytes_ = kSetUpBytes;
  size_t allocated_ = 0;   // since the allocator looked at the clock
  uint64_t unlooked_ = 0;  // spent since Spend did
  int hook_interval_ = kHookInterval;
  Breach breach_ = Breach::kNone;
  std::string breach_place_;  // "scripts/top.lua:12: "
  std::string output_;
  void* context_ = nullptr;
  int nested_calls_ = 0, nested_coroutines_ = 0;
};

}  // namespace wiregauge::lua
