// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <lua.hpp>
#include <memory>
#include <string>
#include <utility>

#include "publish/json/writer.h"
#include "publish/lua/call.h"
#include "publish/lua/native/libraries.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/sandbox.h"
#include "publish/lua/vm/state.h"
#include "unit/publish/api/world.h"

namespace wiregauge::lua {

// Scripts over the API's world, each a call of its own in one state.
class NativeScript {
 public:
  explicit NativeScript(Limits limits = {}) : limits_(limits) {
    state_->Run({}, [](lua_State* lua) { PublishLibraries(lua, NativeLibraries()); });
  }

  // What it prints, or "error: ...". What it returns is `kept` in the next one.
  std::string Print(const std::string& source) {
    const Outcome outcome =
        Run(source, [](lua_State* lua) { lua_setfield(lua, LUA_REGISTRYINDEX, "test.kept"); });
    std::string output = state_->TakeOutput();
    return outcome.ok() ? output : "error: " + outcome.message;
  }
  // What it returns, as JSON, or "error: ...".
  std::string Json(const std::string& source) {
    std::string text;
    const Outcome outcome = Run(source, [&](lua_State* lua) { WriteJson(lua, -1, text); });
    return outcome.ok() ? text : "error: " + outcome.message;
  }

  void ActAs(model::Identity identity) {
    identity_ = std::make_shared<const model::Identity>(std::move(identity));
  }

  api::World& world() { return world_; }
  Services& services() { return services_; }
  State& state() { return *state_; }

  snapshot::FlowTape::Subscription* flow_records = nullptr;

 private:
  Outcome Run(const std::string& source, const std::function<void(lua_State*)>& finish) {
    Call call(services_, "test.lua");
    call.identity = identity_;
    call.flow_tape = flow_records;
    state_->set_context(&call);
    Outcome outcome = state_->Run(limits_, [&](lua_State* lua) {
      PushEnvironment(lua);
      lua_getfield(lua, LUA_REGISTRYINDEX, "test.kept");
      lua_setfield(lua, -2, "kept");
      Load(lua, source, "test.lua");
      lua_call(lua, 0, 1);
      finish(lua);
    });
    state_->set_context(nullptr);
    return outcome;
  }

  const Limits limits_;
  api::World world_;
  Services services_{.snapshots = world_.dependencies().snapshots,
                     .rest = world_.router(),
                     .clock = world_.dependencies().clock,
                     .places = world_.dependencies().places,
                     .version = "1.2.3",
                     .revision = "abc",
                     .started_at = api::World::Start(),
                     .script_dirs = {},
                     .data_dir = {}};
  std::shared_ptr<const model::Identity> identity_;
  std::unique_ptr<State> state_ = std::move(State::Make()).value();
};

}  // namespace wiregauge::lua
