// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lua.hpp>
#include <memory>
#include <string>
#include <utility>

#include "publish/lua/vm/sandbox.h"
#include "publish/lua/vm/state.h"

namespace wiregauge::lua {

// Runs scripts in a state of their own and keeps what they wrote.
class SandboxedScript {
 public:
  explicit SandboxedScript(Limits limits = {}) : limits_(limits) {}

  // Runs the source as "test.lua".
  Outcome Run(const std::string& source) {
    const Outcome outcome = state_->Run(limits_, [&](lua_State* lua) {
      PushEnvironment(lua);
      Load(lua, source, "test.lua");
      lua_call(lua, 0, 0);
    });
    output_ = state_->TakeOutput();
    return outcome;
  }
  // What it prints, or "error: ...".
  std::string Print(const std::string& source) {
    const Outcome outcome = Run(source);
    return outcome.ok() ? output_ : "error: " + outcome.message;
  }

  State& state() { return *state_; }

 private:
  const Limits limits_;
  std::unique_ptr<State> state_ = std::move(State::Make()).value();
  std::string output_;
};

}  // namespace wiregauge::lua
